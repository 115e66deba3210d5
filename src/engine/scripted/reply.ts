import { Random } from "../../random.ts";
import {
  inWords,
  type ScriptedReply,
  type ScriptedRequest,
  ungrammatical,
  unreadable,
  unreadableKinds,
  withReasoning,
} from "./form.ts";
import type { Script } from "./script.ts";
import { stepChance } from "./step-chance.ts";
import { stuckAnswer, wrongAnswer } from "./wrong-answer.ts";

/**
 * One turn's text: reasoning if the script has any, then the right answer if all its steps and the format succeed.
 *
 * What is drawn here, and in which order, never changes: results that people have would. A new effect draws from a
 * stream of its own.
 */
export function scriptedReply(script: Script, request: ScriptedRequest): ScriptedReply {
  const { truth } = request;
  const { think, unclosed, cotTokens } = script;
  const { random, formatFailure, slip } = begin(script, request);
  const offset = 1 + random.below(20);
  const sign = random.below(2) === 0 ? 1 : -1;
  const isUnclosed = unclosed > 0 && random.unit() < unclosed;
  const isFree = isFreeTurn(script, request);
  const isRight = isRightBy(script, request, slip);
  const answer = isRight ? truth.expected : wrongAnswer(script, request, sign * offset);
  const tagged = `<answer>${truth.render(stuckAnswer(script, request) ?? answer)}</answer>`;
  const failure = isFree ? null : (formatFailure ?? ungrammatical(script, request));
  const said = inWords(cotTokens, failure === null ? tagged : unreadable(failure, request), request);
  return think === 0 ? { text: said, reasoningTokens: 0 } : withReasoning(think, isUnclosed, said, request);
}

/** Whether the answer to a turn is wrong, whatever its form. */
export function isSlip(script: Script, request: ScriptedRequest): boolean {
  return !isRightBy(script, request, begin(script, request).slip);
}

/** The first draws of a turn, and the stream that goes on. */
function begin({ format, stream }: Script, request: ScriptedRequest) {
  const random = new Random(stream, "scripted", ...pathOf(request));
  const formatFailure = random.unit() < format ? random.below(unreadableKinds) : null;
  return { random, formatFailure, slip: random.unit() };
}

function isRightBy(script: Script, request: ScriptedRequest, slip: number): boolean {
  if (isFreeTurn(script, request)) return true;
  return sharedSlip(script, request, slip) < stepChance(script, request) ** request.truth.steps;
}

function isFreeTurn({ freeFirst }: Script, { turnIndex }: ScriptedRequest): boolean {
  return freeFirst === 1 && turnIndex === 0;
}

/** The number that decides over a turn: the model's own, or one that all scripts of the same shared seed have there. */
function sharedSlip({ shared, sharedStream }: Script, request: ScriptedRequest, own: number): number {
  if (shared === 0) return own;
  const { rollout, turnIndex } = request;
  const isShared = new Random(sharedStream, "scripted-shared", rollout, turnIndex).unit() < shared;
  return isShared ? new Random(sharedStream, "scripted-together", ...pathOf(request)).unit() : own;
}

/** Which of its streams a reply is drawn from: the first sample's is the one that a turn without votes has. */
function pathOf({ rollout, turnIndex, sample }: ScriptedRequest): number[] {
  return sample === 0 ? [rollout, turnIndex] : [rollout, turnIndex, sample];
}
