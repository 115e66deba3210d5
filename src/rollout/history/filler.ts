import { renderAnswer } from "../../tasks/prompt.ts";
import { historyMember, noOptions } from "./member.ts";
import { plainView } from "./policy.ts";

/**
 * As many turns as elsewhere, but nothing to carry out in them: the user says "wait" and the state stays what it was.
 * What is lost against a healed history is lost to what the turns held, what is lost here is lost to their number.
 */
export const filler = historyMember({
  name: "filler",
  usage: "filler",
  text: noOptions,
  isGiven: true,
  isRewritten: true,
  writesStates: true,
  isForProbes: true,
  keepsAnswers: false,
  isOwnUntilError: false,
  create: (_options, { task }) => ({
    ...plainView,
    name: "filler",
    isInjected: true,
    show: ({ state }) => ({
      content: renderAnswer(task, state),
      number: state,
      isWrong: false,
      isOwn: false,
    }),
    visible: (past) => past.map((turn) => ({ ...turn, question: "wait" })),
  }),
});
