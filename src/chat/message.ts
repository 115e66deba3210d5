/** One message as a chat template gets it: reasoning apart from what is said. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  readonly reasoning?: string;
}

/** An answer that the model itself gave, for its words to go back as they were. */
export interface OwnAnswer {
  /** What it generated as text; the end-of-generation token left out. */
  readonly text: string;
  /** The ids of exactly this text; null: none are, since it was cut within a token. */
  readonly ids: readonly number[] | null;
  /** How the prompt ended that it answered: all behind the last message. */
  readonly generation: string;
}

/** One message of a history. */
export interface HistoryMessage {
  readonly role: ChatMessage["role"];
  readonly content: string;
  /** Absent: words that the model did not say, or not like this. */
  readonly own?: OwnAnswer;
}

/**
 * How a model's last answer stands in the next prompt. `exact`: as the ids that it generated; `edges`: as those ids,
 * though the template would change white space at its ends; `rewritten`: as the template shows it.
 */
export type AnswerForm = "exact" | "edges" | "rewritten";
