import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

/** What the model said without its reasoning, as thinking models are meant to be continued. */
export const stripped: HistoryPolicy = {
  ...plainView,
  name: "stripped",
  isInjected: false,
  show(turn, reply) {
    const shown = showOwn(turn, reply);
    const content = withoutReasoning(shown.content);
    return content === shown.content ? shown : { ...shown, content, isOwn: false };
  },
};

/** Cuts out closed reasoning; what is never closed is all that there is, and is left. */
function withoutReasoning(text: string): string {
  return text
    .replace(/<(think|thinking|reasoning)>[\s\S]*?<\/\1>\s*/g, "")
    .replace(/^[\s\S]*<\/(?:think|thinking|reasoning)>\s*/, "");
}
