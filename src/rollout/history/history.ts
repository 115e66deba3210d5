import type { Message } from "../../engine/engine.ts";
import { type HistoryPolicy, type PastTurn, plainView, type Reply, type TurnToShow } from "./policy.ts";

/** What a conversation shows of the turns behind, in numbers. */
export interface HistoryErrors {
  readonly answers: number;
  /** Of them errors, the model's own or planted. */
  readonly wrong: number;
  /** Of them totals that do not follow from what was shown before; one passing error makes two of these. */
  readonly breaks: number;
}

/** The history of one conversation as it grows. */
export class History {
  readonly #policy: HistoryPolicy;
  readonly #isWhole: boolean;
  readonly #past: PastTurn[] = [];
  /** Where everything behind is seen as it was said: grows with it, so that long conversations stay cheap. */
  readonly #messages: Message[];
  #errors: HistoryErrors = { answers: 0, wrong: 0, breaks: 0 };

  /** @param opening what every turn is asked behind, whatever is seen of the turns */
  constructor(policy: HistoryPolicy, opening: readonly Message[]) {
    this.#policy = policy;
    this.#isWhole = policy.visible === plainView.visible;
    this.#messages = [...opening];
  }

  /** The messages that ask a turn. @param state what the conversation shows, as text */
  ask(question: string, state: string): Message[] {
    const behind = this.#isWhole ? [] : this.#policy.visible(this.#past).flatMap(exchange);
    return [...this.#messages, ...behind, { role: "user", content: this.#policy.ask(question, state) }];
  }

  /** Of the turns that the model sees. */
  get errors(): HistoryErrors {
    return this.#isWhole
      ? this.#errors
      : this.#policy.visible(this.#past).reduce(withTurn, { answers: 0, wrong: 0, breaks: 0 });
  }

  /** Takes a turn into the history. @returns the number that it shows; null: none */
  add(turn: TurnToShow, question: string, reply: Reply | null): number | null {
    const shown = this.#policy.show(turn, reply);
    const { turnIndex, expected } = turn;
    const past = { ...shown, turnIndex, question, isBreak: shown.number !== expected };
    if (this.#isWhole) {
      this.#messages.push(...exchange(past));
      this.#errors = withTurn(this.#errors, past);
    } else this.#past.push(past);
    return shown.number;
  }
}

function withTurn({ answers, wrong, breaks }: HistoryErrors, { isWrong, isBreak }: PastTurn): HistoryErrors {
  return { answers: answers + 1, wrong: wrong + Number(isWrong), breaks: breaks + Number(isBreak) };
}

/** One past turn as two messages; the model's own text is marked with its turn, so that its tokens are used again. */
function exchange({ question, content, isOwn, turnIndex }: PastTurn): Message[] {
  return [
    { role: "user", content: question },
    isOwn ? { role: "assistant", content, turnIndex } : { role: "assistant", content },
  ];
}
