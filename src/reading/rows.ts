import type { PlayedRollout, RolloutCut } from "../metrics/played-rollout.ts";
import { type DecodeStretch, decodeStretches } from "../store/decode-depths.ts";
import {
  type ConditionedTurn,
  conditionedTurns,
  type HistoryTally,
  historyTallies,
} from "../store/history-tallies.ts";
import { type ConfidentTurn, confidentTurns } from "../store/confident-turns.ts";
import type { RunRecord } from "../store/rows.ts";
import {
  type BatchTotalsRow,
  batchTotals,
  interTokenSamples,
  type RunTotals,
  timingTotals,
  ttftSamples,
  underWayMs,
} from "../store/timings.ts";
import {
  firstPromptTokens,
  type RolloutAnswers,
  rolloutAnswers,
  type RolloutTrack,
  rolloutTracks,
} from "../store/tracks.ts";
import { isGivenHistory } from "../settings/stored.ts";
import { instancesOf } from "./identity.ts";
import type { ChosenRun, Source } from "./source.ts";
import { usableCores } from "./usable-cores.ts";
import { readWrongNumbers, type WrongNumbers } from "./wrong-numbers.ts";

/**
 * What only some figures need, since reading it takes seconds for a million turns. `wrongIfLow`: see {@link isLow};
 * `answersIfGiven`: behind a history that no answer changes, where answers are compared one by one; so are gaps.
 */
export type Part =
  | "interTokens"
  | "answers"
  | "answersIfGiven"
  | "shown"
  | "wrong"
  | "wrongIfLow"
  | "history"
  | "depths"
  | "confidence"
  | "underWay"
  | "firstPrompts";
export type Parts = ReadonlySet<Part>;

/** The rows of one run, as compact as the measures allow. What nobody asked for is null, or empty. */
export interface RunRows {
  /** What the run is called beside the others: "3", or "a:3". */
  readonly id: string;
  readonly run: RunRecord;
  /** The rollouts that count: all, or those that no other run repeats. Each letter stands at its turn. */
  readonly tracks: readonly RolloutTrack[];
  /** Right turns of all its rollouts, those that do not count included: its time was spent on all of them. */
  readonly rightTurns: number;
  readonly totals: RunTotals;
  readonly batches: readonly BatchTotalsRow[];
  /** In which any turn was under way: all that tells where an engine has no batches, and the one clock that every engine has. */
  readonly underWayMs: number | null;
  /** Batches of a single conversation, measured beside the others. */
  readonly one: readonly BatchTotalsRow[];
  readonly decodeStretches: readonly DecodeStretch[] | null;
  /** A number for each turn, of which there may be millions. */
  readonly ttftMs: ArrayLike<number>;
  readonly interTokenMs: readonly number[];
  readonly answers: readonly RolloutAnswers[] | null;
  /** Tokens of the first prompt, by rollout. */
  readonly firstPrompts: ReadonlyMap<number, number> | null;
  /** Turns and the errors among the answers that they were shown. */
  readonly shown: readonly ConditionedTurn[] | null;
  readonly wrong: WrongNumbers | null;
  readonly history: readonly HistoryTally[] | null;
  /** Turns of which it is told how sure the model was. */
  readonly confidence: readonly ConfidentTurn[] | null;
}

/** Reads what the measures of a run need. */
export function readRunRows({ source, run, id }: ChosenRun, parts: Parts): RunRows {
  const { database } = source;
  const tracks = readTracks(database, run);
  const cores = usableCores(run.machine);
  const isBesideOthers = parts.has("answersIfGiven") && isGivenHistory(run.settings);
  const hasGaps = run.settings.confidence === "top2";
  return {
    id,
    run,
    tracks,
    rightTurns: tracks.reduce((sum, { letters }) => sum + letters.replaceAll(/[^Rr]/g, "").length, 0),
    totals: timingTotals(database, run.id, run.prefixTokens ?? 0),
    batches: batchTotals(database, run.id, "run", cores),
    underWayMs: run.server !== null || parts.has("underWay") ? underWayMs(database, run.id) : null,
    one: batchTotals(database, run.id, "one", cores),
    decodeStretches: parts.has("depths") ? decodeStretches(database, run.id) : null,
    ttftMs: ttftSamples(database, run.id),
    interTokenMs: parts.has("interTokens") ? interTokenSamples(database, run.id) : [],
    answers: parts.has("answers") || isBesideOthers ? rolloutAnswers(database, run.id) : null,
    firstPrompts: parts.has("firstPrompts") ? firstPromptTokens(database, run.id) : null,
    shown: parts.has("shown") ? conditionedTurns(database, run.id) : null,
    wrong:
      parts.has("wrong") || (parts.has("wrongIfLow") && isLow(tracks))
        ? readWrongNumbers(database, run)
        : null,
    history: parts.has("history") ? historyTallies(database, run.id) : null,
    confidence: parts.has("confidence") || (isBesideOthers && hasGaps) ? confidentTurns(database, run) : null,
  };
}

/** From fewer answers at turn 2 it is not told whether a run is low. */
const fewestSeconds = 8;

/**
 * Whether fewer than half of its answers are right, as of every run at the floor: of those alone the conclusion always
 * says what their wrong numbers fit. Those at turn 2 tell, or where few were asked all behind turn 1, or that.
 */
function isLow(tracks: readonly RolloutTrack[]): boolean {
  const lettersOf = (from: number, to?: number): string =>
    tracks.map(({ letters }) => letters.slice(from, to).replaceAll(notAsked, "")).join("");
  const second = lettersOf(1, 2);
  const behind = second.length < fewestSeconds ? lettersOf(1) : second;
  const told = behind === "" ? lettersOf(0) : behind;
  return 2 * told.replaceAll(/[^Rr]/g, "").length < told.length;
}

/** The rollouts of a run, each letter at its turn. */
export function readTracks(
  database: Source["database"],
  { id, settings }: RunRecord,
): readonly RolloutTrack[] {
  return atTheirTurns(rolloutTracks(database, id), settings.probe);
}

/** The same run with these rollouts alone. Its times stay: they were taken with all of them. */
export function onlyRollouts(rows: RunRows, kept: ReadonlySet<number>): RunRows {
  const only = <Row extends { readonly rollout: number }>(all: readonly Row[]): readonly Row[] =>
    all.length === 0 ? all : all.filter(({ rollout }) => kept.has(rollout));
  const { answers, shown, wrong, history, confidence } = rows;
  return {
    ...rows,
    tracks: only(rows.tracks),
    answers: answers === null ? null : only(answers),
    shown: shown === null ? null : only(shown),
    wrong: wrong === null ? null : only(wrong),
    history: history === null ? null : only(history),
    confidence: confidence === null ? null : only(confidence),
  };
}

/** The rollouts as survival needs them. */
export function playedRollouts({ run, tracks }: Pick<RunRows, "run" | "tracks">): PlayedRollout[] {
  const instanceOf = instancesOf(run);
  // Turns asked by themselves say nothing of how far a rollout gets, nor do those of a run that could not be read.
  const isTold = run.settings.probe === null && tracks.every(({ end }) => end !== "floor");
  return tracks.map((track) => ({
    instance: instanceOf(track.rollout),
    lastTurn: isTold ? track.letters.length : 0,
    firstErrorTurn: isTold ? firstErrorOf(track.letters) : null,
    cut: isTold ? cutOf(track) : null,
    ...(track.dictionary === undefined ? {} : { dictionary: track.dictionary }),
  }));
}

/** A stop of the whole run ends all open rollouts alike, so it says nothing of any of them. */
export function cutOf({ end, isOwnEnd = true }: RolloutTrack): RolloutCut | null {
  if (end === "context_full") return "context_full";
  return isOwnEnd && (end === "engine_error" || end === "timeout") ? "fault" : null;
}

/** The first turn that is not right; one that was not asked is no error. */
export function firstErrorOf(letters: string): number | null {
  const found = letters.search(/[^Rr.]/);
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
