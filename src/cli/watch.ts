import { createColors } from "picocolors";
import { outputStyle } from "./terminal.ts";
import type { WatchEvent } from "../runs/trial.ts";
import { wrongAnswer } from "../report/sentences/run.ts";
import { visible } from "../visible-text.ts";

/** Shows one rollout as it happens, a line a turn: what was asked, what is said token by token, whether it was right. */
export class Watcher {
  readonly #stream: NodeJS.WriteStream;
  readonly #paint: ReturnType<typeof createColors>;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#paint = createColors(outputStyle(stream).color);
  }

  show(event: WatchEvent): void {
    const paint = this.#paint;
    switch (event.kind) {
      case "asked":
        this.#write(`${paint.dim(`turn ${event.turn}`)}  ${visible(event.keys.join(", "))}  `);
        break;
      case "said":
        this.#write(visible(event.text));
        break;
      case "judged":
        this.#write(
          event.isRight
            ? `  ${paint.green("right")}\n`
            : `  ${paint.red(wrongAnswer(event.expected, event.truth))}\n`,
        );
    }
  }

  #write(text: string): void {
    this.#stream.write(text);
  }
}
