import type { Entry, PromptForm, ShownSlip, Task } from "./task.ts";

/** An answer as the instructions ask for it. */
export function renderAnswer(task: Task, answer: number): string {
  return `<answer>${task.render(answer)}</answer>`;
}

/**
 * A whole reply as the instructions ask for it: the answer alone, or reasoning that leads to it before. A wrong answer
 * gets reasoning that leads to that.
 *
 * @param state what the conversation showed before
 * @param slip where the reasoning goes wrong, if the answer is
 */
export function renderReply(
  task: Task,
  prompt: PromptForm,
  state: number,
  entries: readonly Entry[],
  answer: number,
  slip: ShownSlip = "look-up",
): string {
  const reply = renderAnswer(task, answer);
  if (prompt === "direct") return reply;
  const reasoning = task.explain(state, entries, answer, slip);
  const checked =
    prompt === "verify" && task.stateful ? `The last answer, ${task.render(state)}, is right. ` : "";
  return `${checked}${reasoning} ${reply}`;
}

/** How the instructions ask for the answer. @param what what stands in the tags @param noun what it is called in short */
export function replyLine(prompt: PromptForm, what: string, noun: string): string {
  if (prompt === "direct") return `Reply with ${what} between answer tags and with nothing else.\n`;
  const check =
    prompt === "verify"
      ? `First check your last ${noun}: work it out again from the beginning, and go on from the corrected one if it was wrong. `
      : "";
  return `${check}Think step by step in words, then end your reply with ${what} between answer tags.\n`;
}
