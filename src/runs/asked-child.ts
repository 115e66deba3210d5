import type { EngineError } from "../errors.ts";
import { crashOf, EngineEndedError } from "./engine-end.ts";
import { errorOf, type Failure } from "./failure.ts";
import type { Beat } from "./native-work.ts";
import { type Child, startChild } from "./supervise.ts";
import { type Death, type Patience, Watchdog } from "./watchdog.ts";

/** What a child tells besides its answers: that it lives, what it does next, that a part of the job is done, that it failed. */
type Told =
  | { readonly type: "alive"; readonly beat: Beat }
  | { readonly type: "at"; readonly what: string }
  | { readonly type: "step" }
  | Failure;

/** What a request is asked with. */
export interface Asking {
  /** What an error that is not the child's own is about; absent: it needs no name. */
  readonly subject?: string;
  /** Told when the child says that a part is done. */
  readonly onStep?: () => void;
}

interface Pending<Answer> extends Asking {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: EngineError) => void;
  readonly watchdog: Watchdog;
}

/**
 * A process that is asked one thing at a time, seen from the parent, since native code can abort it. It is watched while
 * it has a job; one that ended, or was given up since it gave no sign of life, is started again with the next request.
 */
export class AskedChild<Request extends object, Answer extends { readonly type: string }> {
  readonly #patience: Patience;
  readonly #root: URL | undefined;
  #child: Child | null = null;
  #pending: Pending<Answer> | null = null;
  /** What the child does, in words; empty: it told nothing. */
  #at = "";

  /** @param root the child's file without the ending; absent: the worker of runs */
  constructor(patience: Patience, root?: URL) {
    this.#patience = patience;
    this.#root = root;
  }

  /** @throws EngineError as the child tells it, or where it ends or gives no sign of life */
  ask(request: Request, asking: Asking = {}): Promise<Answer> {
    // One that is gone may not have been heard of yet.
    const child = this.#child?.process.connected === true ? this.#child : this.#start();
    this.#child = child;
    child.forget();
    this.#at = "";
    return new Promise((resolve, reject) => {
      const watchdog = new Watchdog(this.#patience, (death) => this.#giveUp(child, death));
      this.#pending = { ...asking, resolve, reject, watchdog };
      // One that cannot be told anything ends, and is heard of there.
      if (child.process.connected) child.process.send(request, () => undefined);
    });
  }

  /** Ends it at once: a native call cannot be interrupted. */
  kill(): void {
    this.#child?.process.kill("SIGKILL");
  }

  /** Lets it end. */
  close(): void {
    this.#pending?.watchdog.stop();
    if (this.#child?.process.connected === true) this.#child.process.disconnect();
    this.#child = null;
  }

  #start(): Child {
    const child = startChild(this.#root);
    child.process.on("message", (message: Told | Answer) => {
      // From one that was given up.
      if (this.#child === child) this.#hear(message);
    });
    // Between requests, too: the next one must not be asked of a child that is gone.
    void child.gone.then((gone) => {
      if (this.#child !== child) return;
      this.#child = null;
      const crash = crashOf(gone, null);
      const isNamed = crash.error.startsWith("the engine") && this.#at !== "";
      const words = isNamed ? `${crash.error} while ${this.#at}` : crash.error;
      this.#settle(({ reject }) => reject(new EngineEndedError(crash, words)));
    });
    return child;
  }

  #hear(message: Told | Answer): void {
    if (isAlive(message)) this.#pending?.watchdog.beat(message.beat);
    else if (isPlace(message)) this.#at = message.what;
    else if (message.type === "step") this.#pending?.onStep?.();
    else if (isFailure(message)) this.#settle(({ reject }) => reject(errorOf(message)));
    else this.#settle(({ resolve }) => resolve(message as Answer));
  }

  #giveUp(child: Child, death: Death): void {
    this.#child = null;
    child.process.kill("SIGKILL");
    const seen = { signal: "SIGKILL", exitCode: null, startError: null, phase: null, memoryKill: null };
    const crash = crashOf({ ...seen, lastLines: child.lastLines(), words: null }, death);
    this.#settle(({ subject, reject }) =>
      reject(new EngineEndedError(crash, subject === undefined ? crash.error : `${subject}: ${crash.error}`)),
    );
  }

  #settle(end: (pending: Pending<Answer>) => void): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.watchdog.stop();
    if (pending !== null) end(pending);
  }
}

function isAlive(message: { readonly type: string }): message is Extract<Told, { type: "alive" }> {
  return message.type === "alive";
}

function isPlace(message: { readonly type: string }): message is Extract<Told, { type: "at" }> {
  return message.type === "at";
}

function isFailure(message: { readonly type: string }): message is Failure {
  return message.type === "failed";
}
