import type { Reading, ReadingClass } from "./answer.ts";
import { currentParser, type Read } from "./parsers.ts";
import type { InstanceTurn, Task } from "./task.ts";

/** A verdict on one turn; `class` is `right`, `wrong_number` or how the reading failed. */
export interface Verdict {
  readonly class: "right" | "wrong_number" | Exclude<ReadingClass, "number">;
  readonly answer: number | null;
  readonly firstAnswer: number | null;
  readonly turnCorrect: boolean;
  readonly indexCorrect: boolean;
  readonly taskCorrect: boolean;
  readonly afterMissing: boolean;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly reading: Reading;
  /** What was right given the conversation so far. */
  readonly expected: number;
  /** The last number shown before the turn (null: none yet) and the values asked for since then, before this turn. */
  readonly shownBefore: number | null;
  readonly valuesSince: number;
}

/**
 * Judges the turns of one conversation in order. After a turn without a number, the next is right when it equals the
 * last number shown plus all values since: a model that adds silently and drops one tag is not wrong twice.
 */
export class Judge {
  readonly #task: Task;
  readonly #read: Read;
  #shown: number | null = null;
  #valuesSince = 0;
  #isAfterMissing = false;
  #isFaultless = true;
  #turns = 0;
  #wrong = 0;

  /** @param read how texts are read: what the model showed, and so what is expected next, depends on it */
  constructor(task: Task, read: Read = currentParser.read) {
    this.#task = task;
    this.#read = read;
  }

  /** The right answer to a turn that is about to be asked. */
  expected(turn: InstanceTurn): number {
    return this.#task.expected(this.#shown ?? 0, this.#valuesSince, turn.value);
  }

  /** Share of wrong turns so far; 0 before the first. */
  get wrongShare(): number {
    return this.#turns === 0 ? 0 : this.#wrong / this.#turns;
  }

  /** @param text the model's text; @param reachedLimit whether it was cut at the token limit */
  judge(turn: InstanceTurn, text: string, reachedLimit: boolean): Judged {
    const reading = this.#read(text, reachedLimit);
    const expected = this.expected(turn);
    const turnCorrect = reading.answer === expected;
    this.#isFaultless &&= turnCorrect;
    const verdict: Verdict = {
      class: turnCorrect ? "right" : reading.class === "number" ? "wrong_number" : reading.class,
      answer: reading.answer,
      firstAnswer: reading.firstAnswer,
      turnCorrect,
      indexCorrect: reading.answer === turn.truth,
      taskCorrect: this.#isFaultless,
      afterMissing: this.#isAfterMissing,
    };
    const judged = { verdict, reading, expected, shownBefore: this.#shown, valuesSince: this.#valuesSince };
    this.#advance(turn, reading.answer, turnCorrect);
    return judged;
  }

  #advance(turn: InstanceTurn, answer: number | null, turnCorrect: boolean): void {
    this.#turns++;
    if (!turnCorrect) this.#wrong++;
    this.#isAfterMissing = answer === null;
    this.#valuesSince = answer === null ? this.#valuesSince + turn.value : 0;
    this.#shown = answer ?? this.#shown;
  }
}
