import { Presets, SingleBar } from "cli-progress";
import type { SpeedView } from "../speed/asked.ts";
import { visible } from "../visible-text.ts";
import { canDrawOn, complain } from "./terminal.ts";

/** Shows on stderr what is being measured: a bar on a terminal, a line for each test elsewhere. Failures are always told. */
export function createSpeedView(stream: NodeJS.WriteStream, isQuiet: boolean): SpeedView {
  const bar = isQuiet || !canDrawOn(stream) ? null : new BarView(stream);
  return {
    onHash: (name, done, total) => bar?.hash(name, done, total),
    onTest(model, test, repetitions) {
      if (bar !== null) bar.start(`${visible(model)}: ${visible(test)}`, repetitions);
      else if (!isQuiet) stream.write(`${visible(model)}: ${visible(test)}, ${repetitions} times\n`);
    },
    onStep: () => bar?.step(),
    onTestEnd: () => bar?.stop(),
    onFailure(model, test, error) {
      bar?.stop();
      complain(`${visible(model)}${test === "" ? "" : ` ${visible(test)}`}: ${visible(error)}`);
    },
  };
}

class BarView {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | null = null;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  hash(name: string, doneBytes: number, totalBytes: number): void {
    // Small files are hashed before a bar could be read.
    if (totalBytes < 500e6) return;
    if (this.#bar === null) this.#open("{name} [{bar}] {percentage} % hashed", visible(name), totalBytes);
    this.#bar?.update(doneBytes);
    if (doneBytes >= totalBytes) this.stop();
  }

  start(name: string, repetitions: number): void {
    this.#open("{name} [{bar}] {value}/{total}", name, repetitions);
  }

  step(): void {
    this.#bar?.increment();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #open(format: string, name: string, total: number): void {
    this.stop();
    const options = {
      stream: this.#stream,
      format,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 24,
      fps: 5,
    };
    this.#bar = new SingleBar(options, Presets.shades_classic);
    this.#bar.start(total, 0, { name });
  }
}
