import { renderReply } from "../../tasks/prompt.ts";
import { historyMember, noOptions, oneCount } from "./member.ts";
import { type HistorySetting, plainView, showOwn, type Shown, type TurnToShow } from "./policy.ts";

const facts = {
  isRewritten: true,
  writesStates: true,
  isForProbes: false,
  keepsAnswers: false,
  isOwnUntilError: true,
} as const;

/** The true total after every turn, in the model's format: length without errors. */
export const healed = historyMember({
  ...facts,
  name: "healed",
  usage: "healed",
  text: noOptions,
  isGiven: true,
  create: (_options, setting) => ({
    ...plainView,
    name: "healed",
    isInjected: true,
    show: (turn) => showTruth(setting, turn),
  }),
});

/** The model's own words, but the truth after every so many turns. */
export const healedEvery = historyMember({
  ...facts,
  name: "heal",
  usage: "heal:N",
  text: oneCount,
  isGiven: false,
  create: (every, setting) => ({
    ...plainView,
    name: `heal:${every}`,
    isInjected: true,
    show: (turn, reply) =>
      (turn.turnIndex + 1) % every === 0 ? showTruth(setting, turn) : showOwn(turn, reply),
  }),
});

function showTruth({ task, prompt }: HistorySetting, { state, entries, asked }: TurnToShow): Shown {
  const { truth } = asked;
  return {
    content: renderReply(task, prompt, state, entries, truth),
    number: truth,
    isWrong: false,
    isOwn: false,
  };
}
