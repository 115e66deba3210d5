import type { ChatFacts } from "../chat/facts.ts";
import type { ServedTurn, ServerFacts } from "../serving/facts.ts";
import type { BatchMark, Conditions, Tuning } from "../hardware/facts.ts";
import type { Machine } from "../hardware/machine.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import type { AnswerConfidence } from "../reply/confidence.ts";
import type { StoredSettings } from "../settings/stored.ts";

/**
 * What the store takes and gives: plain records, camelCase names of the columns they fill. Unknown is null, never
 * 0. Times are milliseconds, sizes bytes, timestamps ISO 8601 in UTC. Turns count from 1, rollouts from 0.
 */

export const runStatuses = ["running", "complete", "interrupted", "failed"] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Why a rollout ended. All but `complete` are censoring, never an error of the model. */
export const rolloutEnds = [
  "complete",
  "context_full",
  "engine_error",
  "timeout",
  "interrupted",
  "floor",
] as const;
export type RolloutEnd = (typeof rolloutEnds)[number];

/** How a judged turn is counted. All but `right` are errors of the model. */
export const outcomeClasses = [
  "right",
  "wrong_number",
  "no_tag",
  "not_a_number",
  "truncated",
  "empty",
  "reasoning_unclosed",
] as const;
export type OutcomeClass = (typeof outcomeClasses)[number];

/** Why a reply ended: by itself, with its answer, at the token limit, with another turn that the model invented. */
export const turnStops = ["eog", "answer", "limit", "turn"] as const;

/** How the model's last answer stands in a prompt: as its ids, as them but for white space at its ends, otherwise. */
export const answerForms = ["exact", "edges", "rewritten"] as const;

/** Why tokens were evaluated again that had been in the KV cache. */
export const againReasons = ["answer", "template", "history", "sample", "cache"] as const;

/**
 * `one`: a single conversation, measured beside the others; `rebuild`: what had been evaluated before the run went on;
 * `remeasure`: all of a session that only took times again.
 */
export const batchPhases = ["warmup", "prefix", "one", "rebuild", "run", "remeasure"] as const;

/**
 * How the cache of open conversations came back when a run went on: step by step as before, or in one evaluation; `times`:
 * the run did not go on, and the times of some turns were taken again.
 */
export const rebuilds = ["exact", "fast", "times"] as const;

export type MachineRow = Machine;

export interface ModelRow {
  readonly name: string;
  /** Absolute path where it was read; documents show only the file's name. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly architecture: string;
  readonly parameters: number | null;
  /** Of the weights alone; null in rows that were written before it was told. */
  readonly tensorBytes: number | null;
  readonly quantization: string | null;
  readonly trainContextLength: number | null;
  /** GGUF metadata without the vocabulary. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Settings that have a column of their own, besides the JSON that holds all; the limit of answers as it came out. */
export const settingColumns = [
  "task",
  "seed",
  "turns",
  "rollouts",
  "keysPerTurn",
  "dictionarySize",
  "valueMax",
  "temperature",
  "maxAnswerTokens",
  "stop",
] as const;

export interface NewRun {
  readonly name: string;
  /** The engine's name, in lower case: `llama`, `scripted`. */
  readonly engine: string;
  /** What the engine was given where that stands for the model (the scripted engine's parameters), else null. */
  readonly engineSpec: string | null;
  readonly seed: number;
  /** What was asked, before `auto` was resolved. */
  readonly settings: StoredSettings;
  /** Where answers were cut, in tokens; null: not known, since the model was refused. */
  readonly answerLimit: number | null;
  readonly promptHash: string;
  readonly instanceHash: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machineId: number;
  readonly modelId: number | null;
  /** What a server told of itself before the run; null: it is none. */
  readonly server: ServerFacts | null;
  readonly suite: string | null;
  readonly experiment: string | null;
  readonly arm: string | null;
  readonly trial: number | null;
  /** The number of the run that it tries again; absent: none. */
  readonly replaces?: number | null;
}

/** A place in a suite for which a run stands besides its own: the same settings, asked for once more. */
export interface RunPlace {
  readonly suite: string;
  readonly experiment: string;
  readonly arm: string;
  readonly trial: number;
  /** As {@link StoredSettings.asked}. */
  readonly asked: StoredSettings["asked"];
  /** When it came to stand for it. */
  readonly at: string;
}

/** What the engine resolved and read back, filled in once it is ready; same names as `EngineInfo`. */
export interface RunEngine {
  readonly parallel: number;
  readonly threads: number | null;
  readonly contextLength: number | null;
  readonly batchSize: number | null;
  readonly kvTypeK: string | null;
  readonly kvTypeV: string | null;
  readonly flashAttention: boolean | null;
  readonly backendRequested: string | null;
  readonly backendUsed: string | null;
  readonly gpuLayers: number | null;
  readonly templateHash: string | null;
  readonly templateSource: string | null;
  readonly templateMode: string | null;
  readonly chat: ChatFacts | null;
  readonly tuning: Tuning | null;
  /** Null: it was none. */
  readonly server: ServerFacts | null;
  readonly kvBytes: number | null;
  readonly vramBytes: number | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly prefixTokens: number | null;
  readonly prefixMs: number | null;
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly error: string | null;
  readonly wallMs: number;
  readonly peakRssBytes: number | null;
}

export interface TurnRow {
  readonly rollout: number;
  readonly turn: number;
  /** 1 stands for the turn; further ones were drawn for a vote. */
  readonly attempt: number;
  /** Where the history comes from; `own` is what the model itself said. */
  readonly policy: string;
  readonly injected: boolean;
  /** In which order the samples of a turn were drawn, from 0; null in rows of earlier versions. */
  readonly sample: number | null;
  /** Answers that the history showed, those of them that were errors, and those that did not follow from the one before. */
  readonly historyAnswers: number | null;
  readonly historyWrong: number | null;
  readonly historyBreaks: number | null;
  readonly keys: readonly string[];
  /** The sum of the turn's values, and the right total (or value) at its end. */
  readonly value: number;
  readonly truth: number;
  /** The last number the conversation showed before this turn (null: none yet) and the values asked for since then, before this turn. */
  readonly shownBefore: number | null;
  readonly valuesSince: number;
  /** The right answer given what was shown. */
  readonly expected: number;
  readonly text: string;
  readonly reasoning: string | null;
  readonly stop: (typeof turnStops)[number];
  /** From here on null is what the engine does not tell. */
  readonly tokenIds: readonly number[] | null;
  /** Null also where it was not asked for, or where there is no answer. */
  readonly confidence: AnswerConfidence | null;
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
  readonly prefilledTokens: number | null;
  readonly answerForm: (typeof answerForms)[number] | null;
  readonly againReason: (typeof againReasons)[number] | null;
  readonly decodedTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  readonly interTokenMs: readonly number[] | null;
  readonly cpuMs: number | null;
  readonly conversations: number | null;
  readonly firstBatch: number | null;
  readonly lastBatch: number | null;
  readonly startedAt: string;
  readonly served: ServedTurn | null;
  readonly verdict: VerdictRow;
}

export interface VerdictRow {
  readonly parserVersion: number;
  readonly class: OutcomeClass;
  readonly answer: number | null;
  readonly firstAnswer: number | null;
  /** This turn's sum right given the state shown before. */
  readonly turnCorrect: boolean;
  /** The total equals the truth. */
  readonly indexCorrect: boolean;
  /** No turn error so far. */
  readonly taskCorrect: boolean;
  /** The turn before gave no number, so `expected` bridges it. */
  readonly afterMissing: boolean;
}

/** One native decode call; milliseconds since the run's engine was created. */
export interface BatchRow {
  readonly index: number;
  readonly phase: (typeof batchPhases)[number];
  readonly startMs: number;
  readonly endMs: number;
  readonly conversations: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly threads: number | null;
  /** CPU time of the whole process, all threads. */
  readonly cpuMs: number | null;
  readonly mark: BatchMark | null;
  /** Of one that was measured again: the batch of the run whose work it did. Absent or null: it is none. */
  readonly inPlaceOf?: number | null;
}

/** Times of a turn that were taken again; {@link TurnRow} says what they mean. */
export type RemeasuredRow = Pick<TurnRow, "rollout" | "turn" | "attempt" | "startedAt"> & {
  readonly [Name in
    | "ttftMs"
    | "decodeMs"
    | "interTokenMs"
    | "cpuMs"
    | "firstBatch"
    | "lastBatch"]: NonNullable<TurnRow[Name]>;
};

/** A run as it is read back: what was asked, what was used, how it ended. */
export interface RunRecord extends NewRun, Omit<RunEngine, "versions" | "parallel"> {
  readonly id: number;
  /** What it is called wherever its rows are; null: its name is gone. */
  readonly uid: string | null;
  /** Null where the engine was never ready, as all else that it resolves. */
  readonly parallel: number | null;
  /** `running` only while its process lives; a run whose process is gone reads as `interrupted`. */
  readonly status: RunStatus;
  readonly error: string | null;
  readonly warnings: readonly string[];
  /** Further places that it stands for, in the order in which they came. */
  readonly places: readonly RunPlace[];
  /** SHA-256 of the file that the instances came from; null: they were drawn, or the version did not write it down. */
  readonly datasetHash: string | null;
  /** The newest parser that judged its answers; null: it has none. */
  readonly parserVersion: number | null;
  readonly startedAt: string;
  readonly wallMs: number | null;
  readonly peakRssBytes: number | null;
  readonly conditions: Conditions | null;
  /** How its level was found; null: it was not looked for. */
  readonly levelSearch: LevelSearch | null;
  readonly model: ModelRow | null;
  /** On which it began. */
  readonly machine: MachineRow;
  /** That it was played on, in order; several where it stopped and went on elsewhere. */
  readonly machines: readonly MachineRow[];
}
