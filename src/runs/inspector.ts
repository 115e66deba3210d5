import { basename } from "node:path";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import { AskedChild } from "./asked-child.ts";
import type { Inspection, InspectionJob, MemoryJob, PromptJob, WordedPrompt } from "./inspect.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { Patience } from "./watchdog.ts";

/**
 * For one that is looked at. Tokenizing and wording a conversation hold the thread that beats: seconds where it has a
 * million tokens, minutes where a machine swaps. Vocabularies are a few megabytes, wherever they are read from.
 */
const inspectionPatience: Patience = {
  silenceMs: 5 * 60_000,
  silenceAtStartMs: 5 * 60_000,
  idleAtLeastMs: 15 * 60_000,
  idleLoadingMs: 15 * 60_000,
  idleUnknownMs: 15 * 60_000,
};

type Job = Extract<ToWorker, { readonly job: unknown }>;
type Counted = Extract<FromWorker, { readonly type: "inspected" | "worded" | "estimated" }>;

/**
 * Counts what conversations take, in a child process, since even a vocabulary can abort the native code. One child counts
 * for as many models and settings as are asked for; where one ends it, or it gives no sign of life, the next job gets
 * another child.
 */
export class Inspector {
  readonly #child: AskedChild<Job, Counted>;
  /** Settled when the job before is. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(patience: Patience = inspectionPatience) {
    this.#child = new AskedChild(patience);
  }

  /** @throws EngineError where the model cannot be counted with */
  async inspect(job: InspectionJob): Promise<Inspection> {
    const answer = await this.#ask({ type: "inspect", job });
    if (answer.type !== "inspected") throw new Error(`counting was answered with "${answer.type}"`);
    return answer.inspection;
  }

  /** A conversation exactly as the model would see it. @throws EngineError */
  async prompt(job: PromptJob): Promise<WordedPrompt> {
    const answer = await this.#ask({ type: "word", job });
    if (answer.type !== "worded") throw new Error(`wording was answered with "${answer.type}"`);
    return answer.prompt;
  }

  /** What a model would take. @throws EngineError where nothing can be told */
  async estimate(job: MemoryJob): Promise<MemoryEstimate> {
    const answer = await this.#ask({ type: "estimate", job });
    if (answer.type !== "estimated") throw new Error(`reckoning was answered with "${answer.type}"`);
    return answer.estimate;
  }

  /** Lets the child end. */
  close(): void {
    this.#child.close();
  }

  /** One job after the other. */
  #ask(request: Job): Promise<Counted> {
    const subject = basename(request.job.modelPath);
    const answer = this.#last.then(() => this.#child.ask(request, { subject }));
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}
