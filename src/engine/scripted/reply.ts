import { Random } from "../../random.ts";
import type { TurnRequest } from "../engine.ts";
import type { Script } from "./script.ts";

/** A token is four characters here, as good a guess as any. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

export interface ScriptedReply {
  readonly text: string;
  readonly reasoningTokens: number;
}

/** One turn's text: reasoning if the script has any, then the right answer if all its steps and the format succeed. */
export function scriptedReply(script: Script, request: TurnRequest): ScriptedReply {
  const { expected, steps, wrongShare } = request.truth;
  const { p, drift, conditioning, format, seed, think, unclosed } = script;
  const path = [request.rollout, request.turnIndex];
  const random = new Random(seed, "scripted", ...(request.sample === 0 ? path : [...path, request.sample]));
  const failure = random.unit() < format ? random.below(4) : null;
  const slip = random.unit();
  const offset = 1 + random.below(20);
  const sign = random.below(2) === 0 ? 1 : -1;
  const isUnclosed = unclosed > 0 && random.unit() < unclosed;
  const stepChance = shift(p, drift * request.turnIndex - conditioning * wrongShare);
  const right = slip < stepChance ** steps;
  const answer = `<answer>${request.truth.render(right ? expected : expected + sign * offset)}</answer>`;
  const said = failure === null ? answer : failureText(failure, request);
  return think === 0 ? { text: said, reasoningTokens: 0 } : withReasoning(think, isUnclosed, said, request);
}

/** Reasoning is as long as the script says, but no longer than its budget; what does not fit is cut at the limit. */
function withReasoning(
  think: number,
  isUnclosed: boolean,
  said: string,
  { reasoningBudget, maxTokens }: TurnRequest,
): ScriptedReply {
  const wanted = Math.min(think, reasoningBudget ?? think);
  const length = isUnclosed && reasoningBudget === null ? maxTokens : wanted;
  const closed = `<think>${"so. ".repeat(length)}</think>${said}`;
  if (length < maxTokens && tokensOf(closed) <= maxTokens) return { text: closed, reasoningTokens: length };
  return { text: closed.slice(0, 4 * maxTokens), reasoningTokens: Math.min(length, maxTokens) };
}

function failureText(kind: number, { truth, maxTokens }: TurnRequest): string {
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

/** Moves a probability by an amount of log-odds; certainty stays certain. */
function shift(p: number, logOdds: number): number {
  if (logOdds === 0 || p <= 0 || p >= 1) return p;
  return 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + logOdds)));
}
