import type { DepthSpeed } from "../../store/depth-speeds.ts";
import type { OutcomeClass } from "../../store/rows.ts";
import type { CompareDocument, CompareGroup, ComparePair } from "../../figures/compare-schema.ts";
import type { SuiteDocument } from "../suite/suite-schema.ts";

/** Everything that the page shows, computed before. No paths but file names. */
export interface PageDocument {
  readonly title: string;
  readonly madeAt: string;
  readonly version: string;
  readonly db: string;
  /** What its runs were asked, each fact under its name; where they differ, in what. */
  readonly asked: readonly (readonly [name: string, text: string])[];
  /** What a model was asked first, of each wording that there is. */
  readonly prompts: readonly PagePrompt[];
  readonly comparison: CompareDocument | null;
  /** What limits these figures, in words. */
  readonly cautions: readonly string[];
  /** What slips come from and what comes after them, in words. */
  readonly slipLines: readonly string[];
  /** Beside `comparison.groups`, in its order. */
  readonly details: readonly GroupDetail[];
  /** What to keep in mind of simulated models; null: there are none. */
  readonly simulated: string | null;
  /** Settings that decide what a row was asked and in which rows differ; none: horizons may share an axis. */
  readonly unlike: readonly (keyof CompareGroup["settings"])[];
  readonly families: readonly QuantizationFamily[];
  /** Decode by depth, one for each speed setting of a row. */
  readonly decodeDepths: NonNullable<CompareDocument["depths"]>;
  /** Decode by the number of conversations at a time, one for each row on each machine. */
  readonly concurrency: readonly ConcurrencyLine[];
  readonly suites: readonly SuiteDocument[];
  /** Beside `suites`: a sentence for each experiment. */
  readonly findings: readonly (readonly MainFinding[])[];
  readonly transcripts: Transcripts;
  readonly provenance: readonly RunProvenance[];
}

/** The messages of a run's first turn, as they were or why they cannot be told. */
export interface PagePrompt {
  readonly run: number;
  readonly label: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** What to know of them. */
  readonly note: string;
}

export interface MainFinding {
  readonly experiment: string;
  readonly sentence: string;
  /** How many sentences there are of it besides. */
  readonly more: number;
}

export interface GroupDetail {
  readonly label: string;
  /** Points of long curves are thinned out; the last one stays. */
  readonly curve: readonly CurvePoint[];
  readonly turnCurve: readonly CurvePoint[];
  readonly outcomes: readonly OutcomeBin[];
  readonly depths: readonly DepthSpeed[];
  /** Whose depths these are: the row, or the speed setting of it under which most turns were played. */
  readonly depthsOf: string;
  /** Rows that go further, are faster and take no more memory, beyond doubt. */
  readonly beatenBy: readonly string[];
}

/** How fast a row decoded with several numbers of conversations. */
export interface ConcurrencyLine {
  readonly label: string;
  readonly points: readonly ConcurrencyPoint[];
}

export interface ConcurrencyPoint {
  /** In a decode batch, on average. */
  readonly conversations: number;
  readonly tokensPerSecond: number;
  /** Null: not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** A run's own batches, one conversation measured beside them, or the trial before the run. */
  readonly from: "run" | "alone" | "trial";
}

/** One model in several quantizations or types of KV cache. */
export interface QuantizationFamily {
  /** Of the model, its quantization left out. */
  readonly name: string;
  /** The one with the most mean turns first. */
  readonly rows: readonly {
    /** Of the row in `comparison.groups`. */
    readonly label: string;
    /** Mean turns less those of the first row; null: the comparison has not that pair. */
    readonly difference: MeanTurnsDifference | null;
  }[];
  /** Of the pairs within the family. */
  readonly verdicts: readonly string[];
}

export type MeanTurnsDifference = NonNullable<ComparePair["meanTurnsDifference"]>;

export interface CurvePoint {
  readonly turn: number;
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Classes of answers in a stretch of turns. */
export interface OutcomeBin {
  readonly firstTurn: number;
  readonly lastTurn: number;
  readonly counts: Readonly<Record<OutcomeClass, number>>;
}

export interface Transcripts {
  readonly rollouts: readonly TranscriptRollout[];
  /** What was left out, in words; null: nothing. */
  readonly sample: string | null;
}

export interface TranscriptRollout {
  readonly run: number;
  readonly rollout: number;
  readonly label: string;
  /** Null: no error in what was played. */
  readonly firstErrorTurn: number | null;
  readonly turns: readonly TranscriptTurn[];
}

export interface TranscriptTurn {
  readonly turn: number;
  readonly keys: readonly string[];
  /** As the task writes them. */
  readonly truth: string;
  readonly expected: string;
  readonly answer: string | null;
  readonly class: OutcomeClass;
  readonly slip: string | null;
  readonly text: string;
  /** How sure the model was; null: nobody asked, or there is no answer. */
  readonly confidence: { readonly probability: number; readonly gap: number | null } | null;
  /** From here on null is what the engine did not tell. */
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
}

export interface RunProvenance {
  readonly id: number;
  readonly label: string;
  readonly facts: readonly (readonly [string, string])[];
  /** The command that makes this run again, and the one that checks it. */
  readonly command: string;
  readonly verify: string;
}
