import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { OutcomeClass, RolloutEnd } from "./rows.ts";

/** How one rollout went, turn by turn, in a few bytes. */
export interface RolloutTrack {
  readonly rollout: number;
  /** Why it ended; null: still running, or its process was killed. */
  readonly end: RolloutEnd | null;
  /** A letter for each finished turn, from turn 1: see {@link outcomeOf}; lower-case where the total is not the truth. */
  readonly letters: string;
  /** Whether it ended by itself; false: with the run, as all that were open did. Absent: not known. */
  readonly isOwnEnd?: boolean;
  /** Stands for its dictionary's text: equal texts have equal names, in every file. Absent: none, or not known. */
  readonly dictionary?: string;
}

const letters: Readonly<Record<OutcomeClass, string>> = {
  right: "R",
  wrong_number: "W",
  no_tag: "N",
  not_a_number: "X",
  truncated: "T",
  empty: "E",
  reasoning_unclosed: "U",
};

const classes = new Map(
  Object.entries(letters).flatMap(([name, letter]) =>
    [letter, letter.toLowerCase()].map((one) => [one.charCodeAt(0), name as OutcomeClass]),
  ),
);

/** The class behind a letter's character code. */
export function outcomeOf(code: number): OutcomeClass {
  const found = classes.get(code);
  if (found === undefined) throw new Error(`no outcome has the letter ${String.fromCharCode(code)}`);
  return found;
}

/** Whether the total was the truth. */
export function isIndexCorrect(code: number): boolean {
  return code < 97;
}

/**
 * Every begun rollout of a run, by the newest verdicts of its first attempts. One scan of an index, no texts. Looking
 * for a newer verdict of every turn is a third of the time, so it is done only in rollouts that hold verdicts of
 * several parsers.
 */
export function rolloutTracks(database: Database, runId: number): RolloutTrack[] {
  const whens = Object.entries(letters).map(([name, letter]) => `WHEN '${name}' THEN '${letter}'`);
  const letter = `CASE v.class ${whens.join(" ")} END`;
  const track = `group_concat(iif(v.index_correct, ${letter}, lower(${letter})), '' ORDER BY t.turn)`;
  const rows = perRollout(
    database,
    runId,
    "rollout.end, rollout.dictionary, rollout.detail IS NOT NULL AS isOwnEnd",
    track,
    "letters",
  ) as (Required<Omit<RolloutTrack, "isOwnEnd">> & { readonly isOwnEnd: number })[];
  return rows.map(({ dictionary, isOwnEnd, ...row }) => ({
    ...row,
    isOwnEnd: isOwnEnd === 1 || row.end === "complete" || row.end === "context_full",
    // Where there is none, rollouts share nothing that could make them easy or hard together.
    ...(dictionary === "[]" ? {} : { dictionary: nameOf(dictionary) }),
  }));
}

function nameOf(dictionary: string): string {
  return createHash("sha256").update(dictionary).digest("base64url").slice(0, 22);
}

/** What was answered in one rollout. */
export interface RolloutAnswers {
  readonly rollout: number;
  /** The number of each finished turn, from turn 1, with commas between; nothing stands where none could be read. */
  readonly answers: string;
}

/** The answers of every begun rollout of a run, as {@link rolloutTracks} reads its turns: 2 s for a million of them. */
export function rolloutAnswers(database: Database, runId: number): RolloutAnswers[] {
  const list = "group_concat(coalesce(v.answer, ''), ',' ORDER BY t.turn)";
  return perRollout(database, runId, "rollout.end", list, "answers") as RolloutAnswers[];
}

/** How many tokens the first prompt of each rollout had, by rollout; those that were not told are not there. */
export function firstPromptTokens(database: Database, runId: number): ReadonlyMap<number, number> {
  const rows = database
    .prepare(
      `SELECT rollout, prompt_tokens AS tokens, min(turn) FROM turn
        WHERE run_id = ? AND attempt = 1 AND prompt_tokens IS NOT NULL GROUP BY rollout`,
    )
    .all(runId) as { readonly rollout: number; readonly tokens: number }[];
  return new Map(rows.map(({ rollout, tokens }) => [rollout, tokens]));
}

/**
 * A row for each begun rollout of a run.
 *
 * @param columns of the table `rollout`
 * @param track what is put together of a rollout's turns `t` and verdicts `v`, and its name
 */
function perRollout(
  database: Database,
  runId: number,
  columns: string,
  track: string,
  name: "letters" | "answers",
): unknown[] {
  return database
    .prepare(
      `WITH tracks AS (
        SELECT t.rollout, iif(min(v.parser_version) = max(v.parser_version), ${track}, NULL) AS track
        FROM turn t JOIN verdict v ON v.turn_id = t.id
        WHERE t.run_id = @runId AND t.attempt = 1
        GROUP BY t.rollout
      )
      SELECT rollout.rollout, ${columns}, coalesce(tracks.track, (
        SELECT ${track} FROM turn t JOIN verdict v ON v.turn_id = t.id
        WHERE t.run_id = @runId AND t.rollout = rollout.rollout AND t.attempt = 1
          AND NOT EXISTS (SELECT 1 FROM verdict newer
            WHERE newer.turn_id = v.turn_id AND newer.parser_version > v.parser_version)
      ), '') AS ${name}
      FROM rollout LEFT JOIN tracks ON tracks.rollout = rollout.rollout
      WHERE rollout.run_id = @runId ORDER BY rollout.rollout`,
    )
    .all({ runId });
}
