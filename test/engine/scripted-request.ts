import type { ScriptedRequest } from "../../src/engine/scripted/form.ts";
import { scriptedReply } from "../../src/engine/scripted/reply.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { readAnswer } from "../../src/tasks/answer.ts";
import { taskNames } from "../../src/tasks/index.ts";
import { truthOf } from "./truth.ts";
import { greedy } from "./greedy.ts";

/** A request of a plain sum, with what is not as there. */
export function requestOf(change: Partial<ScriptedRequest> = {}): ScriptedRequest {
  return {
    messages: [],
    sampling: greedy,
    maxTokens: 64,
    stop: "answer",
    reasoningBudget: null,
    isWatched: false,
    rollout: 0,
    turnIndex: 0,
    sample: 0,
    truth: truthOf(),
    ...change,
  };
}

/** What a script answers in that turn; null: nothing that can be read. */
export function answerOf(spec: string, request: ScriptedRequest): number | null {
  return readAnswer(scriptedReply(parseScript(spec, 1, taskNames), request).text, false).answer;
}

/** Share of right answers over 20 rollouts of 200 turns that are all asked like that. */
export function shareRight(spec: string, change: Partial<ScriptedRequest> = {}, rollouts = 20): number {
  let right = 0;
  for (let rollout = 0; rollout < rollouts; rollout++)
    for (let turnIndex = 0; turnIndex < 200; turnIndex++)
      if (answerOf(spec, requestOf({ rollout, turnIndex, ...change })) === 42) right++;
  return right / (200 * rollouts);
}

/** The chance after log-odds were added. */
export function moved(p: number, logOdds: number): number {
  return 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + logOdds)));
}
