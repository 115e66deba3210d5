import { Random } from "../../random.ts";
import type { TurnRequest } from "../engine.ts";
import type { TurnTruth } from "../turn-truth.ts";
import type { Script } from "./script.ts";

/** A turn with what is true of it. */
export interface ScriptedRequest extends TurnRequest {
  readonly truth: TurnTruth;
}

/** A token is four characters here, as good a guess as any. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

export interface ScriptedReply {
  readonly text: string;
  readonly reasoningTokens: number;
}

/** The kinds of unreadable answers that {@link unreadable} knows. */
export const unreadableKinds = 4;

/** An answer that cannot be read. @param kind from 0 */
export function unreadable(kind: number, { truth, maxTokens }: ScriptedRequest): string {
  switch (kind) {
    case 0:
      return truth.render(truth.expected);
    case 1:
      return "<answer>unknown</answer>";
    case 2:
      return "";
    default:
      return "and so on ".repeat(Math.ceil((maxTokens * 4) / 10)).slice(0, maxTokens * 4);
  }
}

/** A failure of form that a grammar makes impossible; null: none. */
export function ungrammatical({ form, stream }: Script, request: ScriptedRequest): number | null {
  if (form === 0 || request.grammar !== undefined) return null;
  const random = new Random(stream, "scripted-form", request.rollout, request.turnIndex, request.sample);
  return random.unit() < form ? random.below(unreadableKinds) : null;
}

/** Reasoning in words where the run asks for it, cut at the limit with what stands behind it. */
export function inWords(words: number, said: string, { truth, maxTokens }: ScriptedRequest): string {
  return words === 0 || truth.prompt === "direct"
    ? said
    : `${"so. ".repeat(words)}${said}`.slice(0, 4 * maxTokens);
}

/** Reasoning is as long as the script says, but no longer than its budget; what does not fit is cut at the limit. */
export function withReasoning(
  think: number,
  isUnclosed: boolean,
  said: string,
  { reasoningBudget, maxTokens }: ScriptedRequest,
): ScriptedReply {
  const wanted = Math.min(think, reasoningBudget ?? think);
  const length = isUnclosed && reasoningBudget === null ? maxTokens : wanted;
  const closed = `<think>${"so. ".repeat(length)}</think>${said}`;
  if (length < maxTokens && tokensOf(closed) <= maxTokens) return { text: closed, reasoningTokens: length };
  return { text: closed.slice(0, 4 * maxTokens), reasoningTokens: Math.min(length, maxTokens) };
}
