import type { ClusteredTally } from "../metrics/accuracy.ts";
import type { PlayedRollout, RolloutCut } from "../metrics/played-rollout.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import {
  type BatchTotalsRow,
  batchTotals,
  interTokenSamples,
  type RunTotals,
  timingTotals,
  ttftSamples,
} from "../store/timings.ts";
import {
  isIndexCorrect,
  outcomeOf,
  type RolloutAnswers,
  rolloutAnswers,
  type RolloutTrack,
  rolloutTracks,
} from "../store/tracks.ts";

/** The rows of one run, as compact as the measures allow. */
export interface RunRows {
  readonly run: RunRecord;
  readonly tracks: readonly RolloutTrack[];
  readonly totals: RunTotals;
  readonly batches: readonly BatchTotalsRow[];
  readonly ttftMs: readonly number[];
  /** Empty where nobody asked for them: reading them takes seconds for a million turns. */
  readonly interTokenMs: readonly number[];
  /** Null where nobody asked for them, for the same reason. */
  readonly answers: readonly RolloutAnswers[] | null;
}

/** Reads what the measures of a run need. @param isWhole also what takes long: times between tokens, and answers */
export function readRunRows(database: Database, run: RunRecord, isWhole: boolean): RunRows {
  return {
    run,
    tracks: atTheirTurns(rolloutTracks(database, run.id), run.settings.probe),
    totals: timingTotals(database, run.id, run.prefixTokens ?? 0),
    batches: batchTotals(database, run.id),
    ttftMs: ttftSamples(database, run.id),
    interTokenMs: isWhole ? interTokenSamples(database, run.id) : [],
    answers: isWhole ? rolloutAnswers(database, run.id) : null,
  };
}

/**
 * The rollouts as survival needs them. Two runs played the same instance where task, seed and rollout are the same: an
 * instance is drawn from these, whatever the number of turns or rollouts.
 */
export function playedRollouts({ run, tracks }: RunRows): PlayedRollout[] {
  const { task, keysPerTurn, dictionarySize, valueMax, values, sharedDictionary, requested } = run.settings;
  const { start, probe } = run.settings;
  // A file's instances are what they are, whatever the settings and the seed.
  const dataset = requested["dataset"] === undefined ? null : run.instanceHash;
  const set = JSON.stringify([
    task,
    keysPerTurn,
    dictionarySize,
    valueMax,
    values,
    sharedDictionary,
    dataset,
    run.seed,
    // As the key was before there was another.
    ...(start === "neutral" ? [] : [start]),
  ]);
  return tracks.map((track) => ({
    instance: `${set}#${track.rollout}`,
    // Turns asked by themselves say nothing of how far a rollout gets.
    lastTurn: probe === null ? track.letters.length : 0,
    firstErrorTurn: probe === null ? firstErrorOf(track.letters) : null,
    cut: probe === null ? cutOf(track) : null,
    ...(track.dictionary === undefined ? {} : { dictionary: track.dictionary }),
  }));
}

/** A stop of the whole run ends all open rollouts alike, so it says nothing of any of them. */
export function cutOf({ end, isOwnEnd = true }: RolloutTrack): RolloutCut | null {
  if (end === "context_full") return "context_full";
  return isOwnEnd && (end === "engine_error" || end === "timeout") ? "fault" : null;
}

/** How many turns of each rollout were right. */
export function tallyRollouts(tracks: readonly RolloutTrack[]): ClusteredTally[] {
  return tracks.map(({ letters, dictionary }) => {
    let correct = 0;
    let n = 0;
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      if (!isAsked(code)) continue;
      n++;
      if (isRight(code)) correct++;
    }
    return dictionary === undefined ? { n, correct } : { n, correct, dictionary };
  });
}

/** At each turn that anybody finished: how many did, how many were right given what was shown, and by the truth. */
export function tallyTurns(
  tracks: readonly RolloutTrack[],
): { turn: number; n: number; correct: number; indexCorrect: number }[] {
  const last = tracks.reduce((most, { letters }) => Math.max(most, letters.length), 0);
  const tallies = Array.from({ length: last }, (_, index) => ({
    turn: index + 1,
    n: 0,
    correct: 0,
    indexCorrect: 0,
  }));
  for (const { letters } of tracks) {
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      const tally = tallies[index];
      if (tally === undefined || !isAsked(code)) continue;
      tally.n++;
      if (isRight(code)) tally.correct++;
      if (isIndexCorrect(code)) tally.indexCorrect++;
    }
  }
  return tallies.filter(({ n }) => n > 0);
}

/** How often each class was seen. */
export function tallyOutcomes<Class extends string>(
  tracks: readonly RolloutTrack[],
  classes: readonly Class[],
): Record<Class, number> {
  const byCode = new Map<number, number>();
  for (const { letters } of tracks)
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
    }
  const counts = Object.fromEntries(classes.map((name) => [name, 0])) as Record<Class, number>;
  for (const [code, count] of byCode) if (isAsked(code)) counts[outcomeOf(code) as string as Class] += count;
  return counts;
}

/** Whether the letter stands for a turn that was asked. */
export function isAsked(code: number): boolean {
  return code !== 46;
}

/** "R" and "r". */
export function isRight(code: number): boolean {
  return code === 82 || code === 114;
}

function firstErrorOf(letters: string): number | null {
  const found = letters.search(/[^Rr]/);
  return found < 0 ? null : found + 1;
}

/** Stands for a turn that was not asked. */
const notAsked = ".";

/** Where only some turns were asked, each letter goes to its turn. */
function atTheirTurns(
  tracks: readonly RolloutTrack[],
  probe: readonly number[] | null,
): readonly RolloutTrack[] {
  if (probe === null) return tracks;
  return tracks.map((track) => {
    const letters: string[] = [];
    for (const [index, turn] of probe.slice(0, track.letters.length).entries())
      letters[turn - 1] = track.letters[index] ?? notAsked;
    return { ...track, letters: Array.from(letters, (letter) => letter ?? notAsked).join("") };
  });
}
