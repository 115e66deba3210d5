/** What is true of a turn, for an engine that simulates a model. */
export interface TurnTruth {
  /** The task's name. */
  readonly task: string;
  /** How the answer is asked for: at once, after reasoning in words, or after checking the last one first as well. */
  readonly prompt: "direct" | "cot" | "verify";
  /** Whether the run asks for thinking. */
  readonly isThinking: boolean;
  /** Whether the question itself tells the state. */
  readonly isStateTold: boolean;
  /** The right answer given what the conversation shows. */
  readonly expected: number;
  /** Keys in the turn. */
  readonly steps: number;
  /** Earlier turns that the conversation shows. */
  readonly visibleTurns: number;
  /** Share of wrong answers among those the conversation shows. */
  readonly wrongShare: number;
  /** Whether the model was wrong before in this rollout. */
  readonly hasSlipped: boolean;
  /** The last number that the conversation showed; null: none yet. */
  readonly shown: number | null;
  /** What the answer builds on; null where it builds on nothing earlier. */
  readonly state: number | null;
  /** What is asked for, in that order; with the state it makes what is expected. */
  readonly values: readonly number[];
  /** Empty where nothing is looked up. */
  readonly dictionary: readonly { readonly key: string; readonly value: number }[];
  /** Puts states and values together. */
  readonly combine: (state: number, value: number) => number;
  /** An answer as text. */
  render(answer: number): string;
}
