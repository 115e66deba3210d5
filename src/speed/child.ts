import { EngineError } from "../errors.ts";
import type { SpeedResult } from "../engine/llama/speed-test.ts";
import { AskedChild } from "../runs/asked-child.ts";
import { type Patience, trialPatience } from "../runs/watchdog.ts";
import type { ChatJob, ChatResult, SpeedAnswer, SpeedRequest, TestJob } from "./messages.ts";

type Tested = Extract<SpeedAnswer, { readonly type: "tested" | "chatted" }>;

/**
 * The process that measures, seen from the parent: native code can abort it, and nothing else shall run in it. One that
 * ended, or was given up since it gave no sign of life, is started again with the next request.
 */
export class SpeedChild {
  readonly #child: AskedChild<SpeedRequest, Tested>;
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
    this.#child = new AskedChild(patience, root);
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
    this.#child.kill();
  }

  /** Lets it end. */
  close(): void {
    this.#child.close();
  }

  #ask(request: SpeedRequest, onStep: () => void): Promise<Tested> {
    if (this.#isStopped) return Promise.reject(new EngineError("crashed", "stopped"));
    return this.#child.ask(request, { onStep });
  }
}
