import { renderReply } from "../../tasks/prompt.ts";
import {
  type HistoryPolicy,
  type HistorySetting,
  plainView,
  showOwn,
  type Shown,
  type TurnToShow,
} from "./policy.ts";

/** The true total after every turn, in the model's format: length without errors. */
export function healed(setting: HistorySetting): HistoryPolicy {
  return {
    ...plainView,
    name: "healed",
    isInjected: true,
    show: (turn) => showTruth(setting, turn),
  };
}

/** The model's own words, but the truth after every so many turns. */
export function healEvery(setting: HistorySetting, every: number): HistoryPolicy {
  return {
    ...plainView,
    name: `heal:${every}`,
    isInjected: true,
    show: (turn, reply) =>
      (turn.turnIndex + 1) % every === 0 ? showTruth(setting, turn) : showOwn(turn, reply),
  };
}

function showTruth({ task, prompt }: HistorySetting, { state, entries, asked }: TurnToShow): Shown {
  const { truth } = asked;
  return {
    content: renderReply(task, prompt, state, entries, truth),
    number: truth,
    isWrong: false,
    isOwn: false,
  };
}
