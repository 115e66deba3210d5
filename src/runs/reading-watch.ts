import { isUnreadable } from "../metrics/unreadable.ts";
import type { ReadableAnswers } from "./trial.ts";

/** Answers that tell something, as soon as so many are in. */
const fewest = 16;

/**
 * Tells at once where hardly any answer can be read. It looks at the first 16, then whenever there are twice as many: with
 * a look after every answer, one in twenty models of which more can be read would be told off by chance sooner or later.
 */
export class ReadingWatch {
  #n = 0;
  #readable = 0;
  #nextLook = fewest;
  unreadable: ReadableAnswers | null = null;

  note(isReadable: boolean): void {
    this.#n++;
    this.#readable += Number(isReadable);
    if (this.unreadable !== null || this.#n < this.#nextLook) return;
    this.#nextLook *= 2;
    const answers = { n: this.#n, readable: this.#readable };
    if (isUnreadable(answers)) this.unreadable = answers;
  }
}
