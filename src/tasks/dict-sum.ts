import { replyLine } from "./prompt.ts";
import { drawDictionaryKeys, drawSumDictionary, sums } from "./sums.ts";
import type { Task } from "./task.ts";

/** The paper's task: look up each key's value and keep a running total over the whole conversation. */
export const dictSum: Task = {
  ...sums,
  name: "dict-sum",
  summary: "running sum of dictionary values, turn after turn",
  stateful: true,
  usesDictionary: true,
  takesManyKeys: true,
  instructions(settings) {
    const many = settings.keysPerTurn > 1;
    const asked = many ? `${settings.keysPerTurn} words separated by commas` : "one word";
    const act = many
      ? "Look up the value of each of them and add all of them"
      : "Look up its value and add it";
    const from = settings.start === "neutral" ? " that starts at 0" : "";
    return (
      `You keep a running total${from}. A dictionary gives every word an integer value.\n` +
      `Each message from the user is ${asked}. ${act} to the total.\n` +
      replyLine(settings.prompt, "the new total", "total")
    );
  },
  begin: (start) => `The total is ${start} now. The dictionary:\n`,
  question: (keys) => keys.join(", "),
  drawDictionary: drawSumDictionary,
  drawKeys: drawDictionaryKeys,
};
