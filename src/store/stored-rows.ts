import type { Database } from "better-sqlite3";
import type { z } from "zod";
import { type ServedTurn, servedTurnSchema } from "../serving/facts.ts";
import { type AnswerConfidence, answerConfidenceSchema } from "../reply/confidence.ts";
import type { BatchRow, RemeasuredRow, RolloutEnd, TurnRow, VerdictRow } from "./rows.ts";
import { batchesSeal, rolloutSeal, rowSeal, runSeal, type SealedRow, sealedAs } from "./seal.ts";

/** Reads rows back as they are, for judging them again and for checking them: nothing is taken for granted. */

/** A seal as it stands in a row (null: written before there were seals), and what the row gives now. */
export interface SealCheck {
  readonly stored: string | null;
  readonly actual: string;
}

/** What a verdict was judged by. */
export interface VerdictBasis {
  readonly shownBefore: number | null;
  readonly valuesSince: number;
  readonly expected: number;
}

/** A verdict with what it was judged by. */
export interface StoredVerdict extends VerdictRow {
  readonly basis: VerdictBasis;
}

/** A list as it stands in a row; null: nothing does. */
export type StoredList<T> = readonly T[] | "unreadable" | null;

export interface StoredTurn
  extends Omit<TurnRow, "verdict" | "keys" | "tokenIds" | "interTokenMs" | "confidence" | "served"> {
  readonly id: number;
  /** Which session played it; null: the process that began the run. */
  readonly session: number | null;
  readonly keys: StoredList<string>;
  readonly tokenIds: StoredList<number>;
  readonly interTokenMs: StoredList<number>;
  readonly confidence: AnswerConfidence | "unreadable" | null;
  readonly served: ServedTurn | "unreadable" | null;
  readonly seal: SealCheck;
  /** By parser version, oldest first. */
  readonly verdicts: readonly StoredVerdict[];
}

export interface StoredRollout {
  readonly rollout: number;
  readonly dictionary: string;
  readonly end: RolloutEnd | null;
  readonly seal: SealCheck;
}

/** Every run's number, oldest first, whatever else its row holds. */
export function storedRunIds(database: Database): number[] {
  return database.prepare("SELECT id FROM run ORDER BY id").pluck().all() as number[];
}

export function storedRollouts(database: Database, runId: number): StoredRollout[] {
  const rows = database
    .prepare("SELECT * FROM rollout WHERE run_id = ? ORDER BY rollout")
    .all(runId) as SealedRow[];
  return rows.map((row) => {
    const rollout = row["rollout"] as number;
    return {
      rollout,
      dictionary: row["dictionary"] as string,
      end: row["end"] as RolloutEnd | null,
      seal: { stored: row["seal"] as string | null, actual: rolloutSeal(database, runId, rollout) ?? "" },
    };
  });
}

/** The turns of one rollout, all attempts, in order. */
export function storedTurns(database: Database, runId: number, rollout: number): StoredTurn[] {
  const rows = database
    .prepare("SELECT * FROM turn WHERE run_id = ? AND rollout = ? ORDER BY turn, attempt")
    .all(runId, rollout) as SealedRow[];
  const verdicts = verdictsOf(database, runId, rollout);
  const number = sealedAs(database, runId);
  return rows.map((row) => ({
    ...(camelCase(row) as unknown as Omit<TurnRow, "verdict"> & { id: number }),
    injected: row["injected"] !== 0,
    session: row["session"] as number | null,
    keys: listOf(row["keys"], "string"),
    tokenIds: listOf(row["token_ids"], "number"),
    interTokenMs: listOf(row["inter_token_ms"], "number"),
    confidence: jsonOf(answerConfidenceSchema, row["confidence"]),
    served: jsonOf(servedTurnSchema, row["served"]),
    seal: { stored: row["seal"] as string | null, actual: rowSeal(row, number) },
    verdicts: verdicts.get(row["id"] as number) ?? [],
  }));
}

export function countTurns(database: Database, runId: number): number {
  return database.prepare("SELECT count(*) FROM turn WHERE run_id = ?").pluck().get(runId) as number;
}

/** Rollouts that have turns but no row of their own. */
export function orphanRollouts(database: Database, runId: number): number[] {
  return database
    .prepare(
      `SELECT DISTINCT rollout FROM turn WHERE run_id = ?
        AND rollout NOT IN (SELECT rollout FROM rollout WHERE run_id = turn.run_id) ORDER BY rollout`,
    )
    .pluck()
    .all(runId) as number[];
}

/** Batches in order; `seal` stands at the last of those that were recorded together. */
export function* storedBatches(
  database: Database,
  runId: number,
): Generator<BatchRow & { readonly seal: SealCheck | null }> {
  const rows = database.prepare("SELECT * FROM batch WHERE run_id = ? ORDER BY batch").iterate(runId);
  const number = sealedAs(database, runId);
  let together: SealedRow[] = [];
  for (const row of rows as IterableIterator<SealedRow>) {
    together.push(row);
    const stored = row["seal"] as string | null;
    const seal = stored === null ? null : { stored, actual: batchesSeal(together, number) };
    if (stored !== null) together = [];
    yield { ...(camelCase(row) as unknown as BatchRow), index: row["batch"] as number, seal };
  }
}

/** Times of a turn that were taken again, and how many tokens the turn has; null: there is no such turn. */
export type StoredTimes = Omit<RemeasuredRow, "interTokenMs"> & {
  readonly interTokenMs: StoredList<number>;
  readonly decodedTokens: number | null;
  readonly seal: SealCheck;
};

/** In the order of rollouts and turns. */
export function storedTimes(database: Database, runId: number): StoredTimes[] {
  const rows = database
    .prepare("SELECT * FROM remeasured WHERE run_id = ? ORDER BY rollout, turn, attempt")
    .all(runId) as SealedRow[];
  const tokens = database
    .prepare("SELECT decoded_tokens FROM turn WHERE run_id = ? AND rollout = ? AND turn = ? AND attempt = ?")
    .pluck();
  const number = sealedAs(database, runId);
  return rows.map((row) => ({
    ...(camelCase(row) as unknown as RemeasuredRow),
    interTokenMs: listOf(row["inter_token_ms"], "number"),
    decodedTokens:
      (tokens.get(runId, row["rollout"], row["turn"], row["attempt"]) as number | undefined) ?? null,
    seal: { stored: row["seal"] as string | null, actual: rowSeal(row, number) },
  }));
}

/** The run's row as it is: its own columns, `settings` and `versions` as texts. */
export function storedRun(database: Database, runId: number): { row: SealedRow; seal: SealCheck } | null {
  const row = database.prepare("SELECT * FROM run WHERE id = ?").get(runId) as SealedRow | undefined;
  if (row === undefined) return null;
  return { row, seal: { stored: row["seal"] as string | null, actual: runSeal(database, runId) ?? "" } };
}

/** A text that is kept under its hash, or null. */
export function storedText(database: Database, sha256: string): string | null {
  const content = database.prepare("SELECT content FROM text WHERE sha256 = ?").pluck().get(sha256);
  return typeof content === "string" ? content : null;
}

/** A chat template that was given with the run, or null. */
export function templateText(database: Database, runId: number): string | null {
  const text = database
    .prepare(
      `SELECT coalesce(
        (SELECT content FROM text JOIN run ON run.template_hash = text.sha256 WHERE run.id = @runId),
        (SELECT json_extract(data, '$.text') FROM event WHERE run_id = @runId AND kind = 'chat-template' ORDER BY id LIMIT 1))`,
    )
    .pluck()
    .get({ runId }) as string | null | undefined;
  return text ?? null;
}

function verdictsOf(database: Database, runId: number, rollout: number): Map<number, StoredVerdict[]> {
  const rows = database
    .prepare(
      `SELECT verdict.*, basis.turn_id IS NOT NULL AS has_basis,
        iif(basis.turn_id IS NULL, turn.shown_before, basis.shown_before) AS basis_shown_before,
        coalesce(basis.values_since, turn.values_since) AS basis_values_since,
        coalesce(basis.expected, turn.expected) AS basis_expected
        FROM turn JOIN verdict ON verdict.turn_id = turn.id
        LEFT JOIN verdict_basis basis
          ON basis.turn_id = verdict.turn_id AND basis.parser_version = verdict.parser_version
        WHERE turn.run_id = ? AND turn.rollout = ? ORDER BY verdict.turn_id, verdict.parser_version`,
    )
    .all(runId, rollout) as SealedRow[];
  const byTurn = new Map<number, StoredVerdict[]>();
  for (const row of rows) {
    const id = row["turn_id"] as number;
    byTurn.set(id, [...(byTurn.get(id) ?? []), toVerdict(row)]);
  }
  return byTurn;
}

function toVerdict(row: SealedRow): StoredVerdict {
  return {
    parserVersion: row["parser_version"] as number,
    class: row["class"] as VerdictRow["class"],
    answer: row["answer"] as number | null,
    firstAnswer: row["first_answer"] as number | null,
    turnCorrect: row["turn_correct"] === 1,
    indexCorrect: row["index_correct"] === 1,
    taskCorrect: row["task_correct"] === 1,
    afterMissing: row["after_missing"] === 1,
    basis: {
      shownBefore: row["basis_shown_before"] as number | null,
      valuesSince: row["basis_values_since"] as number,
      expected: row["basis_expected"] as number,
    },
  };
}

function listOf<T extends "string" | "number">(
  text: unknown,
  type: T,
): StoredList<T extends "string" ? string : number> {
  if (text === null) return null;
  try {
    const list: unknown = typeof text === "string" ? JSON.parse(text) : null;
    return Array.isArray(list) && list.every((item) => typeof item === type)
      ? (list as (T extends "string" ? string : number)[])
      : "unreadable";
  } catch {
    return "unreadable";
  }
}

function jsonOf<Value>(schema: z.ZodType<Value>, text: unknown): Value | "unreadable" | null {
  if (text === null) return null;
  try {
    return schema.parse(typeof text === "string" ? JSON.parse(text) : null);
  } catch {
    return "unreadable";
  }
}

const camelNames = new Map<string, string>();

function camelCase(row: SealedRow): SealedRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [camelName(name), value]));
}

/** Each name once: there are many rows. */
function camelName(name: string): string {
  let known = camelNames.get(name);
  if (known === undefined) {
    known = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelNames.set(name, known);
  }
  return known;
}
