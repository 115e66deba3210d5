import { Presets, SingleBar } from "cli-progress";
import { rateText } from "../report/words/numbers.ts";
import type { TrialProgress } from "../runs/trial.ts";
import { visible } from "../visible-text.ts";
import { canDrawOn } from "./terminal.ts";

/** Shows how far a trial is, on stderr: a bar on a terminal, a plain line now and then elsewhere. */
export interface ProgressView {
  start(name: string): void;
  /** What is tried before a run, until it stops; nothing where there is no terminal. */
  tune(name: string, text: string): void;
  hash(name: string, doneBytes: number, totalBytes: number): void;
  /** A line of its own, beside the progress. */
  note(text: string): void;
  update(progress: TrialProgress): void;
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream, isQuiet: boolean): ProgressView {
  const silent = (): void => undefined;
  if (isQuiet)
    return { start: silent, tune: silent, hash: silent, note: silent, update: silent, stop: silent };
  return canDrawOn(stream) ? new BarProgress(stream) : new LineProgress(stream);
}

class BarProgress implements ProgressView {
  readonly #stream: NodeJS.WriteStream;
  #pace = new Pace();
  #bar: SingleBar | null = null;
  #name = "";
  #isLineOpen = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(name: string): void {
    this.#name = visible(name);
    this.#pace = new Pace();
    this.#open("{name} [{bar}] {value}/{total} turns | {status}", 1);
  }

  tune(name: string, text: string): void {
    this.stop();
    this.#stream.write(visible(`${name}: ${text}`));
    this.#isLineOpen = true;
  }

  hash(name: string, doneBytes: number, totalBytes: number): void {
    this.#name = visible(name);
    // Small files are hashed before a bar could be read.
    if (totalBytes < 500e6) return;
    if (this.#bar === null) this.#open("{name} [{bar}] {percentage} % hashed", totalBytes);
    this.#bar?.update(doneBytes, { name: this.#name, status: "" });
    if (doneBytes >= totalBytes) this.stop();
  }

  note(text: string): void {
    // Without the bar for a moment, or both would share a line.
    this.#bar?.stop();
    this.#stream.write(`${this.#name}: ${visible(text)}\n`);
    this.start(this.#name);
  }

  update(progress: TrialProgress): void {
    this.#pace.note(progress);
    this.#bar?.setTotal(progress.turnsTotal);
    this.#bar?.update(progress.turnsDone, { name: this.#name, status: describe(progress, this.#pace) });
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
    if (this.#isLineOpen) this.#stream.write(eraseLine);
    this.#isLineOpen = false;
  }

  #open(format: string, total: number): void {
    this.stop();
    const options = {
      stream: this.#stream,
      format,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
      fps: 5,
    };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(total, 0, { name: this.#name, status: "loading" });
  }
}

const eraseLine = "\r\u001b[K";
const lineEveryMs = 10_000;

class LineProgress implements ProgressView {
  readonly #stream: NodeJS.WriteStream;
  #pace = new Pace();
  #name = "";
  #lastMs = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  start(name: string): void {
    this.#name = visible(name);
    this.#pace = new Pace();
    this.#lastMs = 0;
  }

  tune(): void {}

  hash(): void {}

  note(text: string): void {
    this.#stream.write(`${this.#name}: ${visible(text)}\n`);
  }

  update(progress: TrialProgress): void {
    this.#pace.note(progress);
    const isLast = progress.turnsDone === progress.turnsTotal;
    if (!isLast && progress.elapsedMs - this.#lastMs < lineEveryMs) return;
    if (isLast && this.#lastMs === Number.POSITIVE_INFINITY) return;
    this.#lastMs = isLast ? Number.POSITIVE_INFINITY : progress.elapsedMs;
    this.#stream.write(
      `${this.#name}: ${progress.turnsDone}/${progress.turnsTotal} turns, ${describe(progress, this.#pace)}\n`,
    );
  }

  stop(): void {}
}

/** Changes in the count of turns that tell how fast it goes. */
const paceOver = 20;

/** How fast turns are done lately: conversations end and batches shrink, so the first turns say little of the last. */
class Pace {
  #marks: Pick<TrialProgress, "elapsedMs" | "turnsDone">[] = [];

  note({ elapsedMs, turnsDone }: TrialProgress): void {
    if (turnsDone === this.#marks.at(-1)?.turnsDone) return;
    this.#marks = [...this.#marks.slice(-paceOver), { elapsedMs, turnsDone }];
  }

  /** Null until two counts were seen. */
  get msPerTurn(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined || first === last) return null;
    return (last.elapsedMs - first.elapsedMs) / (last.turnsDone - first.turnsDone);
  }
}

/** "survivors 31/32 | turns right 99.1 % | decode 812 tokens/s | 4 s left": the rate by its name in the summary. */
function describe(progress: TrialProgress, { msPerTurn }: Pace): string {
  const {
    turnsDone,
    turnsTotal,
    turnsRight,
    survivors,
    rollouts,
    decodeTokensPerSecond: rate,
    elapsedMs,
  } = progress;
  if (progress.phase === "loading") return "loading";
  if (turnsDone === 0) return progress.phase === "prefix" ? "evaluating shared prefix" : "first turns";
  const leftS = ((msPerTurn ?? elapsedMs / turnsDone) * (turnsTotal - turnsDone)) / 1000;
  return [
    `survivors ${survivors}/${rollouts}`,
    `turns right ${((100 * turnsRight) / turnsDone).toFixed(1)} %`,
    ...(rate === null
      ? []
      : [`decode ${rateText(rate)} tokens/s${progress.isRateOfEach === true ? " each" : ""}`]),
    `${progress.endsEarly && leftS > 0 ? "at most " : ""}${duration(leftS)} left`,
  ].join(" | ");
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
