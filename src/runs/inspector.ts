import { EngineError } from "../errors.ts";
import type { Inspection, InspectionJob } from "./inspect.ts";
import type { FromWorker } from "./messages.ts";
import { type Child, describeCrash, startChild, tell } from "./supervise.ts";

interface Pending {
  readonly job: InspectionJob;
  readonly resolve: (inspection: Inspection) => void;
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
  inspect(job: InspectionJob): Promise<Inspection> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ job, resolve, reject });
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
    tell(this.#child.process, { type: "inspect", job: first.job });
  }

  #start(): Child {
    const child = startChild();
    child.process.on("message", (message: FromWorker) => {
      if (message.type === "inspected") this.#settle(({ resolve }) => resolve(message.inspection));
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
