import type { EngineEnd, TrialPhase } from "./engine-end.ts";
import type { EngineSpec } from "../engine/index.ts";
import type { Settings } from "../settings/settings.ts";
import type { SessionRow } from "../store/sessions.ts";
import type { Instance } from "../tasks/task.ts";

/** One model under one setting: everything that a process needs to carry it out. Plain data, so that it can be sent. */
export interface Trial {
  readonly dbPath: string;
  readonly runId: number;
  readonly settings: Settings;
  /** Where answers are cut, in tokens. */
  readonly answerLimit: number;
  /** One for each rollout; null: drawn from the seed. */
  readonly instances: readonly Instance[] | null;
  /** Whether the first rollout is told as it happens. */
  readonly isWatched: boolean;
  readonly engine: EngineSpec;
  /** What right answers would take, all rollouts together, for the forecast; null when not counted. */
  readonly expected: ExpectedTokens | null;
  /** How it goes on behind what was played before; absent: it begins. */
  readonly goesOn?: GoesOn;
}

/** How a run goes on that had stopped. */
export interface GoesOn {
  /** Of the process that took it over. */
  readonly session: number;
  readonly rebuilt: SessionRow["rebuilt"];
  /** Whether it goes on whatever differs from before. */
  readonly isForced: boolean;
}

/** How far a trial is; numbers since its start. */
export interface TrialProgress {
  readonly phase: TrialPhase;
  readonly turnsDone: number;
  /** Those done and those that can still come: a rollout that is over takes no more. */
  readonly turnsTotal: number;
  /** Whether fewer may come, since rollouts end at their first error. */
  readonly endsEarly: boolean;
  readonly turnsRight: number;
  /** Rollouts without an error or an early end so far, those not begun included. */
  readonly survivors: number;
  readonly rollouts: number;
  /** As in the figures of a run; null: no batch shows it. */
  readonly decodeTokensPerSecond: number | null;
  /** Whether that is what each conversation has among the others, since the engine has no batches. Absent: of all together. */
  readonly isRateOfEach?: boolean;
  readonly batches: number;
  readonly elapsedMs: number;
  /** The first answers, where hardly any of them can be read; null: not seen. */
  readonly unreadable: ReadableAnswers | null;
  /** Null: not known, or not yet. */
  readonly forecast: TrialForecast | null;
}

/** Tokens of all rollouts together. */
export interface ExpectedTokens {
  readonly prefill: number;
  readonly decode: number;
  /** Whether it may be less: reasoning counts as long as it may be. */
  readonly isMost: boolean;
}

/** How long a trial takes, as it is seen when its turns begin. */
export interface TrialForecast {
  /** What went before: loading, trying threads, checks, the shared prefix. */
  readonly startMs: number;
  /** All turns at the speed of the warm-up; long conversations are slower. */
  readonly turnsMs: number;
  /** Whether it may be less, for reasoning counts as long as it may be. */
  readonly isMost: boolean;
}

/** Of so many answers, those that hold an answer. */
export interface ReadableAnswers {
  readonly n: number;
  readonly readable: number;
}

/** What happens in a watched rollout. */
export type WatchEvent =
  | { readonly kind: "asked"; readonly turn: number; readonly keys: readonly string[] }
  | { readonly kind: "said"; readonly text: string }
  | {
      readonly kind: "judged";
      readonly isRight: boolean;
      readonly expected: string;
      readonly truth: string;
    };

/** How a trial ended, as its run's row says. */
export interface TrialEnd {
  readonly status: "complete" | "interrupted" | "failed";
  /** Whether the run stands as it stood before it was to go on: why it cannot is the error. */
  readonly isGivenBack?: boolean;
  /** Whether another process goes on with the run: who is the error. */
  readonly hasLost?: boolean;
  /** Whether its model was refused before it began, so that there is nothing to go on with. */
  readonly isRefused?: boolean;
  /** How its process ended that could not say so; absent: it could. */
  readonly crash?: EngineEnd;
  /** Whether another run stands for it. */
  readonly isTriedAgain?: boolean;
  readonly error: string | null;
  /** Rollouts that an engine error ended while the run went on; null: none, or the run failed as a whole. */
  readonly broken: BrokenRollouts | null;
}

export interface BrokenRollouts {
  readonly count: number;
  /** What the engine said of the first. */
  readonly because: string;
}
