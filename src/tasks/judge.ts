import { type AnswerConfidence, answerConfidence, type TokenConfidence } from "../reply/confidence.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import type { Reading, ReadingClass } from "./answer.ts";
import { currentParser, type Read } from "./parsers.ts";
import type { InstanceTurn, Task } from "./task.ts";

export type { Reasoning };

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
  /** How sure the model was; null: not told, or there is no answer. */
  readonly confidence: AnswerConfidence | null;
}

/**
 * Judges the turns of one conversation in order, each by what the conversation showed before it. After a turn without a
 * number, the next is right when it equals the last number shown plus all values since: a model that adds silently and
 * drops one tag is not wrong twice.
 */
export class Judge {
  readonly #task: Task;
  readonly #start: number;
  readonly #read: Read;
  readonly #reasoning: Reasoning | null;
  #shown: number | null = null;
  #valuesSince: number;
  #isAfterMissing = false;
  #isFaultless = true;

  /**
   * @param start the state before the first turn
   * @param reasoning how the run's model marks its reasoning; null: it does not reason
   * @param read how texts are read: what the model showed, and so what is expected next, depends on it
   */
  constructor(
    task: Task,
    start: number = task.neutral,
    reasoning: Reasoning | null = null,
    read: Read = currentParser.read,
  ) {
    this.#task = task;
    this.#start = start;
    this.#read = read;
    this.#reasoning = reasoning;
    this.#valuesSince = task.neutral;
  }

  /** The state that the conversation shows, values asked for since then included. */
  get state(): number {
    return this.#task.combine(this.#shown ?? this.#start, this.#valuesSince);
  }

  /** The last number that the conversation shows; null: none yet. */
  get shown(): number | null {
    return this.#shown;
  }

  /** The right answer to a turn that is about to be asked. */
  expected(turn: InstanceTurn): number {
    return this.#task.stateful ? this.#task.combine(this.state, turn.value) : turn.value;
  }

  /**
   * Judges a turn without going on to the next, which {@link advance} does.
   *
   * @param text the model's text
   * @param reachedLimit whether it was cut at the token limit
   * @param tokens how sure the model was of each of its tokens; null: not told
   */
  assess(
    turn: InstanceTurn,
    text: string,
    reachedLimit: boolean,
    tokens: readonly TokenConfidence[] | null = null,
  ): Judged {
    const reading = this.#read(text, reachedLimit, this.#task.parse, this.#reasoning);
    const expected = this.expected(turn);
    const turnCorrect = reading.answer === expected;
    const verdict: Verdict = {
      class: turnCorrect ? "right" : reading.class === "number" ? "wrong_number" : reading.class,
      answer: reading.answer,
      firstAnswer: reading.firstAnswer,
      turnCorrect,
      indexCorrect: reading.answer === turn.truth,
      taskCorrect: this.#isFaultless && turnCorrect,
      afterMissing: this.#isAfterMissing,
    };
    const right = verdict.class === "wrong_number" ? this.#task.render(expected) : null;
    const confidence = answerConfidence(tokens, text, this.#reasoning, right);
    return {
      verdict,
      reading,
      expected,
      shownBefore: this.#shown,
      valuesSince: this.#valuesSince,
      confidence,
    };
  }

  /**
   * Goes on to the next turn.
   *
   * @param shown the number that the conversation shows for this one; null: none
   * @param turnCorrect whether the model was right; true where it was not asked
   */
  advance(turn: InstanceTurn, shown: number | null, turnCorrect: boolean): void {
    this.#isFaultless &&= turnCorrect;
    this.#isAfterMissing = shown === null;
    this.#valuesSince =
      shown === null ? this.#task.combine(this.#valuesSince, turn.value) : this.#task.neutral;
    this.#shown = shown ?? this.#shown;
  }
}
