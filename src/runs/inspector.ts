import { EngineError } from "../errors.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Inspection, InspectionJob, MemoryJob, PromptJob, WordedPrompt } from "./inspect.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type Child, describeCrash, startChild, tell } from "./supervise.ts";

interface Pending {
  readonly request: Extract<ToWorker, { job: unknown }>;
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Counts what conversations take, in a child process, since even a vocabulary can abort the native code. One child counts
 * for as many models and settings as are asked for; where one ends it, the next job gets another child.
 */
export class Inspector {
  #child: Child | null = null;
  #pending: Pending[] = [];

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

  #ask(request: Pending["request"]): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ request, resolve, reject });
      if (this.#pending.length === 1) this.#next();
    });
  }

  /** Lets the child end. */
  close(): void {
    if (this.#child?.process.connected === true) this.#child.process.disconnect();
    this.#child = null;
  }

  #next(): void {
    const [first] = this.#pending;
    if (first === undefined) return;
    this.#child ??= this.#start();
    this.#child.forget();
    tell(this.#child.process, first.request);
  }

  #start(): Child {
    const child = startChild();
    child.process.on("message", (message: FromWorker) => {
      if (message.type === "inspected" || message.type === "worded" || message.type === "estimated")
        this.#settle(({ resolve }) => resolve(message));
      else if (message.type === "failed")
        this.#settle(({ reject }) => reject(new EngineError(message.code, message.message, message.detail)));
    });
    child.process.on("close", (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      const { error } = describeCrash(code, signal, null, child.lastWords());
      this.#settle(({ reject }) => reject(new EngineError("crashed", error)));
    });
    return child;
  }

  #settle(end: (pending: Pending) => void): void {
    const first = this.#pending.shift();
    if (first === undefined) return;
    end(first);
    this.#next();
  }
}
