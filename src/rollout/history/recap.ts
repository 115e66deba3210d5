import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

/** Every question begins with the state that the conversation shows, in the user's words. */
export const recap: HistoryPolicy = {
  ...plainView,
  name: "recap",
  isInjected: false,
  show: showOwn,
  ask: withRecap,
};

/** The instructions, the state and the question, and no history at all. */
export const fresh: HistoryPolicy = {
  name: "fresh",
  isInjected: false,
  show: showOwn,
  visible: () => [],
  ask: withRecap,
};

function withRecap(question: string, state: string): string {
  return `So far: ${state}.\n${question}`;
}
