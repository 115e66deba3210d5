import type { Entry, InstanceTurn, PromptForm, Task } from "../../tasks/task.ts";

/**
 * Where a conversation's history comes from. A policy says what the conversation shows for each finished turn and
 * what of it the model sees; it changes neither the truth nor how an answer is judged.
 */
export interface HistoryPolicy {
  /** As a row's `policy` names it. */
  readonly name: string;
  /** Whether answers are shown that the model never gave. */
  readonly isInjected: boolean;
  /** What the conversation shows for a turn. @param reply null: the turn was not asked */
  show(turn: TurnToShow, reply: Reply | null): Shown;
  /** The turns behind that the model sees, as it sees them. */
  visible(past: readonly PastTurn[]): readonly PastTurn[];
  /** The question that is put to it. @param state what the conversation shows, as text */
  ask(question: string, state: string): string;
}

/** A turn on its way into the history. */
export interface TurnToShow {
  readonly turnIndex: number;
  readonly asked: InstanceTurn;
  readonly entries: readonly Entry[];
  /** What the conversation showed before, and what was right given that. */
  readonly state: number;
  readonly expected: number;
}

/** What the model said. */
export interface Reply {
  readonly text: string;
  readonly answer: number | null;
  readonly isCorrect: boolean;
}

/** What a conversation shows for a turn. */
export interface Shown {
  readonly content: string;
  /** The number that it states; null: none. */
  readonly number: number | null;
  /** Whether that is an error: the model's own, or a planted one. */
  readonly isWrong: boolean;
  /** Whether the model itself said it, byte for byte. */
  readonly isOwn: boolean;
}

/** One turn that lies behind. */
export interface PastTurn extends Shown {
  readonly turnIndex: number;
  /** As it was put to the model. */
  readonly question: string;
  /** Whether the number does not follow from what was shown before. */
  readonly isBreak: boolean;
}

/** What policies need to know of the rollout. */
export interface HistorySetting {
  readonly task: Task;
  readonly prompt: PromptForm;
}

/** The model's own words as they are. */
export function showOwn(_turn: TurnToShow, reply: Reply | null): Shown {
  if (reply === null) throw new Error("this history needs the model's answers");
  return { content: reply.text, number: reply.answer, isWrong: !reply.isCorrect, isOwn: true };
}

/** Everything behind, the question as it is. */
export const plainView: Pick<HistoryPolicy, "visible" | "ask"> = {
  visible: (past) => past,
  ask: (question) => question,
};
