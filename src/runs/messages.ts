import type { Failure } from "./failure.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Probed, ProbeJob } from "./level-prober.ts";
import type { Inspection, InspectionJob, MemoryJob, PromptJob, WordedPrompt } from "./inspect.ts";
import type { Speeds } from "./tune-choice.ts";
import type { Tuned, TuneJob } from "./tune-job.ts";
import type { Beat } from "./native-work.ts";
import type { Trial, TrialEnd, TrialProgress, WatchEvent } from "./trial.ts";

/** What the parent tells a worker process. It carries out one run and ends after it, or counts and probes as often as it is asked. */
export type ToWorker =
  | { readonly type: "inspect"; readonly job: InspectionJob }
  | { readonly type: "word"; readonly job: PromptJob }
  | { readonly type: "estimate"; readonly job: MemoryJob }
  | { readonly type: "run"; readonly trial: Trial }
  | { readonly type: "tune"; readonly tuneJob: TuneJob }
  | { readonly type: "probe"; readonly probeJob: ProbeJob }
  | { readonly type: "interrupt" };

/** What a worker tells. Only what may be lost: everything that counts is in the file before. */
export type FromWorker =
  | { readonly type: "inspected"; readonly inspection: Inspection }
  | { readonly type: "worded"; readonly prompt: WordedPrompt }
  | { readonly type: "estimated"; readonly estimate: MemoryEstimate }
  | { readonly type: "progress"; readonly progress: TrialProgress }
  | { readonly type: "watch"; readonly event: WatchEvent }
  | { readonly type: "locked"; readonly told: string }
  /** Sent every few seconds, while native code runs, too. */
  | { readonly type: "alive"; readonly beat: Beat }
  | { readonly type: "ended"; readonly end: TrialEnd }
  /** What a job of this kind has tried so far. */
  | { readonly type: "tuning"; readonly tried: Speeds }
  | { readonly type: "tuned"; readonly tuned: Tuned }
  /** What is done next, in words that go on "while": it may end the process. */
  | { readonly type: "at"; readonly what: string }
  /** A part of what was asked for is done. */
  | { readonly type: "step" }
  | { readonly type: "probed"; readonly probed: Probed }
  | Failure;
