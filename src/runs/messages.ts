import type { EngineErrorCode } from "../errors.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Inspection, InspectionJob, MemoryJob, PromptJob, WordedPrompt } from "./inspect.ts";
import type { Trial, TrialEnd, TrialProgress, WatchEvent } from "./trial.ts";

/** What the parent tells a worker process. It carries out one run and ends after it, or counts as often as it is asked. */
export type ToWorker =
  | { readonly type: "inspect"; readonly job: InspectionJob }
  | { readonly type: "word"; readonly job: PromptJob }
  | { readonly type: "estimate"; readonly job: MemoryJob }
  | { readonly type: "run"; readonly trial: Trial }
  | { readonly type: "interrupt" };

/** What a worker tells. Only what may be lost: everything that counts is in the file before. */
export type FromWorker =
  | { readonly type: "inspected"; readonly inspection: Inspection }
  | { readonly type: "worded"; readonly prompt: WordedPrompt }
  | { readonly type: "estimated"; readonly estimate: MemoryEstimate }
  | { readonly type: "progress"; readonly progress: TrialProgress }
  | { readonly type: "watch"; readonly event: WatchEvent }
  /** Sent every few seconds; a worker that shows the same number for long is stuck. */
  | { readonly type: "alive"; readonly steps: number }
  | { readonly type: "ended"; readonly end: TrialEnd }
  | {
      readonly type: "failed";
      readonly code: EngineErrorCode;
      readonly message: string;
      readonly detail: string | null;
    };
