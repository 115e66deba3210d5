import { historyMember, noOptions } from "./member.ts";
import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

const policy: HistoryPolicy = {
  ...plainView,
  name: "stripped",
  isInjected: false,
  show(turn, reply) {
    const shown = showOwn(turn, reply);
    const content = withoutReasoning(shown.content);
    return content === shown.content ? shown : { ...shown, content, isOwn: false };
  },
};

/**
 * What the model said without its reasoning. Rows of earlier versions name it; today it is the model's own history with no
 * reasoning kept, which the template leaves out.
 */
export const stripped = historyMember({
  name: "stripped",
  usage: "stripped",
  text: noOptions,
  isGiven: false,
  isRewritten: true,
  writesStates: false,
  isForProbes: false,
  keepsAnswers: true,
  isOwnUntilError: false,
  create: () => policy,
});

/** Cuts out closed reasoning; what is never closed is all that there is, and is left. */
function withoutReasoning(text: string): string {
  return text
    .replace(/<(think|thinking|reasoning)>[\s\S]*?<\/\1>\s*/g, "")
    .replace(/^[\s\S]*<\/(?:think|thinking|reasoning)>\s*/, "");
}
