import type { Task } from "../tasks/task.ts";
import { isGivenHistory } from "./history/index.ts";
import { historyText } from "./history/spec.ts";
import type { Protocol } from "./protocol.ts";

/**
 * Why a protocol would measure nothing with this task and temperature, naming the flag and the fix; null: it can be
 * carried out.
 */
export function impossibleProtocol(task: Task, protocol: Protocol, temperature: number): string | null {
  const { history, votes, probe, until, thinking, thinkingBudget } = protocol;
  if (probe !== null && !isGivenHistory(history))
    return `--probe ${probe.join(",")}: a history of the model's own answers has to be played. Use --history healed, injected:... or filler, or leave --probe out.`;
  if (history.kind === "filler" && probe === null)
    return "--history filler: it stands before a probed turn. Add --probe, such as --probe 50.";
  if (votes !== null && temperature === 0)
    return "--votes: greedy samples are all the same. Add a --temperature above 0, such as 0.7.";
  if (until === "first-error" && probe !== null)
    return "--until first-error: probed turns stand for themselves. Leave out one of the two.";
  if (thinkingBudget !== null && thinking === "off")
    return `--thinking-budget ${thinkingBudget}: only reasoning has one. Add --thinking on.`;
  return impossibleHistory(task, protocol);
}

function impossibleHistory(task: Task, { history }: Protocol): string | null {
  const text = `--history ${historyText(history)}`;
  const isShownAsSaid = ["own", "stripped", "window"].includes(history.kind);
  if (!task.isShowable && !isShownAsSaid)
    return `${text}: states of ${task.name} cannot be written into a history. Use --task matrix, or --history own.`;
  if (history.kind !== "injected") return null;
  if (history.error === "look-up" && !task.usesDictionary)
    return `${text}: ${task.name} has no dictionary to look up in. Use error=noise or error=offset.`;
  if (history.error === "replay" && task.answerForm !== "integer")
    return `${text}: errors of ${task.name} are no differences that could be replayed. Use error=noise.`;
  return null;
}
