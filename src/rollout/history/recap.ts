import { historyMember, noOptions } from "./member.ts";
import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

const facts = {
  text: noOptions,
  isGiven: false,
  isRewritten: false,
  writesStates: true,
  isForProbes: false,
  tellsState: true,
  isOwnUntilError: false,
} as const;

const recapPolicy: HistoryPolicy = {
  ...plainView,
  name: "recap",
  isInjected: false,
  show: showOwn,
  ask: withRecap,
};

/** Every question begins with the state that the conversation shows, in the user's words. */
export const recap = historyMember({
  ...facts,
  name: "recap",
  usage: "recap",
  keepsAnswers: true,
  create: () => recapPolicy,
});

const freshPolicy: HistoryPolicy = { ...recapPolicy, name: "fresh" };

/** The instructions, the state and the question, and no history at all. */
export const fresh = historyMember({
  ...facts,
  name: "fresh",
  usage: "fresh",
  keepsAnswers: false,
  seen: () => () => [],
  create: () => freshPolicy,
});

function withRecap(question: string, state: string): string {
  return `So far: ${state}.\n${question}`;
}
