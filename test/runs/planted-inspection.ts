import type { Inspection } from "../../src/runs/inspect.ts";

/** A conversation of 60 turns as a model's tokenizer counts it; what memory there is a test says itself. */
export const plantedInspection: Omit<Inspection, "memory"> = {
  openingTokens: 400,
  conversationTokens: 1468,
  questionTokens: 980,
  answerTokens: 600,
  longestAnswerTokens: 12,
  isThinking: false,
  backend: "cpu",
  release: "b1",
  build: "prebuilt",
  warnings: [],
};
