import { basename } from "node:path";
import { EngineError } from "../errors.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Inspection, InspectionJob, MemoryJob, PromptJob, WordedPrompt } from "./inspect.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type Child, describeCrash, startChild, tell } from "./supervise.ts";
import { type Death, deathWords, type Patience, Watchdog } from "./watchdog.ts";

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

interface Pending {
  readonly request: Extract<ToWorker, { job: unknown }>;
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Counts what conversations take, in a child process, since even a vocabulary can abort the native code. One child counts
 * for as many models and settings as are asked for; where one ends it, or it gives no sign of life, the next job gets
 * another child.
 */
export class Inspector {
  readonly #patience: Patience;
  #child: Child | null = null;
  #pending: Pending[] = [];
  #watchdog: Watchdog | null = null;

  constructor(patience: Patience = inspectionPatience) {
    this.#patience = patience;
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

  #ask(request: Pending["request"]): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ request, resolve, reject });
      if (this.#pending.length === 1) this.#next();
    });
  }

  /** Lets the child end. */
  close(): void {
    this.#watchdog?.stop();
    if (this.#child?.process.connected === true) this.#child.process.disconnect();
    this.#child = null;
  }

  /** A child is watched while it has a job. */
  #next(): void {
    const [first] = this.#pending;
    if (first === undefined) return;
    const child = this.#child ?? this.#start();
    this.#child = child;
    child.forget();
    this.#watchdog = new Watchdog(this.#patience, (death) => this.#giveUp(child, death, first));
    tell(child.process, first.request);
  }

  #start(): Child {
    const child = startChild();
    child.process.on("message", (message: FromWorker) => {
      // From one that was given up.
      if (this.#child !== child) return;
      if (message.type === "alive") this.#watchdog?.beat(message.beat);
      else if (message.type === "inspected" || message.type === "worded" || message.type === "estimated")
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

  #giveUp(child: Child, death: Death, { request }: Pending): void {
    this.#child = null;
    child.process.kill("SIGKILL");
    const name = basename(request.job.modelPath);
    const error = new EngineError("timeout", `${name}: ${deathWords(death)}`);
    this.#settle(({ reject }) => reject(error));
  }

  #settle(end: (pending: Pending) => void): void {
    this.#watchdog?.stop();
    this.#watchdog = null;
    const first = this.#pending.shift();
    if (first === undefined) return;
    end(first);
    this.#next();
  }
}
