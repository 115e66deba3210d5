import { EngineError } from "../errors.ts";
import { type Child, describeCrash, startChild } from "../runs/supervise.ts";
import { type Death, deathWords, type Patience, trialPatience, Watchdog } from "../runs/watchdog.ts";
import type { ChatJob, ChatResult, SpeedAnswer, SpeedRequest, TestJob } from "./messages.ts";
import type { SpeedResult } from "../engine/llama/speed-test.ts";

/** The request that is waited for. */
interface Pending {
  readonly onStep: () => void;
  readonly resolve: (answer: SpeedAnswer) => void;
  readonly reject: (error: EngineError) => void;
  readonly watchdog: Watchdog;
}

/**
 * The process that measures, seen from the parent: native code can abort it, and nothing else shall run in it. One that
 * ended, or was given up since it gave no sign of life, is started again with the next request.
 */
export class SpeedChild {
  readonly #patience: Patience;
  readonly #root: URL;
  #child: Child | null = null;
  #pending: Pending | null = null;
  #isStopped = false;

  /**
   * @param modelBytes of its file, all parts
   * @param patience how long it is waited for, where that does not decide
   * @param root the child's file without the ending
   */
  constructor(
    modelBytes: number,
    patience: Patience = trialPatience(modelBytes),
    root = new URL("./worker", import.meta.url),
  ) {
    this.#patience = patience;
    this.#root = root;
  }

  /** @throws EngineError */
  async test(job: TestJob, onStep: () => void): Promise<SpeedResult> {
    const answer = await this.#ask({ type: "test", job }, onStep);
    if (answer.type !== "tested") throw new Error(`a test was answered with "${answer.type}"`);
    return answer.result;
  }

  /** @throws EngineError */
  async chat(job: ChatJob, onStep: () => void): Promise<ChatResult> {
    const answer = await this.#ask({ type: "chat", job }, onStep);
    if (answer.type !== "chatted") throw new Error(`a conversation was answered with "${answer.type}"`);
    return answer.result;
  }

  /** Ends it at once: a native call cannot be interrupted, and what was finished is in the file. */
  stop(): void {
    this.#isStopped = true;
    this.#child?.process.kill("SIGKILL");
  }

  /** Lets it end. */
  close(): void {
    if (this.#child?.process.connected === true) this.#child.process.disconnect();
    this.#child = null;
  }

  #ask(request: SpeedRequest, onStep: () => void): Promise<SpeedAnswer> {
    if (this.#isStopped) return Promise.reject(new EngineError("crashed", "stopped"));
    // One that is gone may not have been heard of yet.
    const child = this.#child?.process.connected === true ? this.#child : this.#start();
    this.#child = child;
    child.forget();
    return new Promise((resolve, reject) => {
      const watchdog = new Watchdog(this.#patience, (death) => this.#giveUp(child, death));
      this.#pending = { onStep, resolve, reject, watchdog };
      // One that cannot be told anything closes, and is heard of there.
      child.process.send(request, () => undefined);
    });
  }

  #start(): Child {
    const child = startChild(this.#root);
    child.process.on("message", (answer: SpeedAnswer) => {
      // From one that was given up.
      if (this.#child !== child) return;
      if (answer.type === "alive") this.#pending?.watchdog.beat(answer.beat);
      else if (answer.type === "step") this.#pending?.onStep();
      else if (answer.type === "failed")
        this.#settle(({ reject }) => reject(new EngineError(answer.code, answer.message, answer.detail)));
      else this.#settle(({ resolve }) => resolve(answer));
    });
    // Between requests, too: the next one must not be asked of a child that is gone.
    child.process.on("close", (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      const { error } = describeCrash(code, signal, null, child.lastWords());
      this.#settle(({ reject }) => reject(new EngineError("crashed", error)));
    });
    return child;
  }

  #giveUp(child: Child, death: Death): void {
    this.#child = null;
    child.process.kill("SIGKILL");
    this.#settle(({ reject }) => reject(new EngineError("timeout", deathWords(death))));
  }

  #settle(end: (pending: Pending) => void): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.watchdog.stop();
    if (pending !== null) end(pending);
  }
}
