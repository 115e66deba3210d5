import { historyMember, oneCount } from "./member.ts";
import { plainView, showOwn } from "./policy.ts";

/** The last turns only, after the instructions: the prefix stays in the KV cache, the rest is evaluated anew. */
export const windowed = historyMember({
  name: "window",
  usage: "window:N",
  text: oneCount,
  isGiven: false,
  isRewritten: false,
  writesStates: false,
  isForProbes: false,
  keepsAnswers: false,
  isOwnUntilError: false,
  seen: (turns) => (behind) => behind.slice(-turns),
  create: (turns) => ({
    ...plainView,
    name: `window:${turns}`,
    isInjected: false,
    show: showOwn,
  }),
});
