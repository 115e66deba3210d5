import { EngineError } from "../errors.ts";
import { type Child, describeCrash, startChild } from "../runs/supervise.ts";
import type { ChatJob, ChatResult, SpeedAnswer, SpeedRequest, TestJob } from "./messages.ts";
import type { SpeedResult } from "../engine/llama/speed-test.ts";

/**
 * The process that measures, seen from the parent: native code can abort it, and nothing else shall run in it. One that
 * ended is started again with the next request.
 */
export class SpeedChild {
  #child: Child | null = null;
  #isStopped = false;

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
    const child = this.#child ?? startChild(new URL("./worker", import.meta.url));
    this.#child = child;
    child.forget();
    return new Promise((resolve, reject) => {
      const onMessage = (answer: SpeedAnswer): void => {
        if (answer.type === "step") return onStep();
        child.process.off("message", onMessage);
        child.process.off("close", onClose);
        if (answer.type === "failed") reject(new EngineError(answer.code, answer.message, answer.detail));
        else resolve(answer);
      };
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#child = null;
        const { error } = describeCrash(code, signal, null, child.lastWords());
        reject(new EngineError("crashed", error));
      };
      child.process.on("message", onMessage);
      child.process.on("close", onClose);
      child.process.send(request);
    });
  }
}
