import { replyLine } from "./prompt.ts";
import { drawValue, sums } from "./sums.ts";
import type { Task } from "./task.ts";

/** The running total without the look-up: the values themselves are given. */
export const prefixSum: Task = {
  ...sums,
  name: "prefix-sum",
  summary: "running sum of given integers: state without look-up",
  stateful: true,
  usesDictionary: false,
  takesManyKeys: true,
  instructions(settings) {
    const many = settings.keysPerTurn > 1;
    const from = settings.start === "neutral" ? " that starts at 0" : "";
    return (
      `You keep a running total${from}.\n` +
      (many
        ? `Each message from the user is ${settings.keysPerTurn} integers separated by commas. Add all of them to the total.\n`
        : "Each message from the user is one integer. Add it to the total.\n") +
      replyLine(settings.prompt, "the new total", "total")
    );
  },
  begin: (start) => `The total is ${start} now.\n`,
  question: (keys) => keys.join(", "),
  explain: (state, entries, answer) =>
    `${[state, ...entries.map(({ value }) => value)].join(" + ")} = ${answer}.`,
  drawDictionary: () => [],
  drawKeys: (random, _keys, { keysPerTurn, valueMax }) =>
    Array.from({ length: keysPerTurn }, () => String(drawValue(random, valueMax))),
};
