import { SingleBar } from "cli-progress";
import { nowMs } from "../clock.ts";
import { canDrawOn } from "./terminal.ts";

const silentMs = 2_000;

/** How far each step of a command is: a bar on a terminal once it takes longer than a moment; elsewhere nothing. */
export class StepProgress {
  readonly #stream: NodeJS.WriteStream;
  #startMs = nowMs();
  #bar: SingleBar | null = null;
  #what = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param what is counted, by which one step is told from the next */
  update(what: string, done: number, total: number): void {
    if (what !== this.#what) {
      this.stop();
      this.#what = what;
      this.#startMs = nowMs();
    }
    if (!canDrawOn(this.#stream) || nowMs() - this.#startMs < silentMs) return;
    if (this.#bar === null) {
      const format = `[{bar}] {percentage} % ${what}`;
      this.#bar = new SingleBar({ stream: this.#stream, format, hideCursor: true, barsize: 24, fps: 5 });
      this.#bar.start(total, done);
    } else this.#bar.update(done);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }
}
