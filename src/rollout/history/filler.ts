import { renderAnswer } from "../../tasks/prompt.ts";
import { type HistoryPolicy, type HistorySetting, plainView } from "./policy.ts";

/**
 * As many turns as elsewhere, but nothing to carry out in them: the user says "wait" and the state stays what it was.
 * What is lost against a healed history is lost to what the turns held, what is lost here is lost to their number.
 */
export function filler({ task }: HistorySetting): HistoryPolicy {
  return {
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
  };
}
