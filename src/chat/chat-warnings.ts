import type { ChatFacts } from "./facts.ts";
import type { FoundReasoning } from "./find-reasoning.ts";
import { conversationOf, layoutOf, type Render, slotsOf } from "./layout.ts";
import type { Template } from "./template.ts";
import type { ChatOptions } from "./variables.ts";

/** What a user has to know of a model under these options, in words. */
export function chatWarnings(
  { source }: Template,
  facts: ChatFacts,
  { thinking, pastReasoning }: ChatOptions,
  { reasoning, canBeTurnedOff, canBeTurnedOn }: FoundReasoning,
  render: Render,
): string[] {
  const warnings: string[] = [];
  if (source === "plain")
    warnings.push("the file has no chat template: a plain User/Assistant format is used");
  if (facts.system === "joined" && source !== "plain")
    warnings.push(
      "the chat template has no system role: the instructions open the user's first message, a line break between",
    );
  if (facts.history === "moves")
    warnings.push(
      `the chat template moves the instructions to the last message, so that every turn evaluates them again. ${cureOfMoving}`,
    );
  if (facts.history === "rewrites")
    warnings.push("the chat template rewrites its history, so that earlier turns are evaluated again");
  if (thinking && !canBeTurnedOn)
    warnings.push("under this chat template --thinking on does not bring a model to reason");
  if (!thinking && reasoning !== null && !canBeTurnedOff)
    warnings.push(
      "under this chat template --thinking off does not keep a model from reasoning: one that reasons does so, and the run counts as a thinking one",
    );
  if (pastReasoning === "all" && !showsReasoning(render))
    warnings.push("the chat template leaves reasoning out of earlier turns, with --keep-reasoning all, too");
  return warnings;
}

/** Whether the reasoning of an earlier turn stands in the next prompt. */
function showsReasoning(render: Render): boolean {
  return slotsOf(layoutOf(render, conversationOf([true, true])), 2, "reasoning").length > 0;
}

const cureOfMoving =
  "Measure with a template that keeps them in front: --chat-template FILE, or another conversion of the model.";
