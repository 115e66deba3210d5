import { renderExamples } from "./prompt.ts";
import type { Task } from "./task.ts";

/** The paper's task: look up each key's value and keep a running total over the whole conversation. */
export const dictSum: Task = {
  name: "dict-sum",
  summary: "running sum of dictionary values, turn after turn",
  stateful: true,
  head(settings) {
    const many = settings.keysPerTurn > 1;
    const asked = many ? `${settings.keysPerTurn} words separated by commas` : "one word";
    const act = many
      ? "Look up the value of each of them and add all of them"
      : "Look up its value and add it";
    return (
      "You keep a running total that starts at 0. A dictionary gives every word an integer value.\n" +
      `Each message from the user is ${asked}. ${act} to the total.\n` +
      "Reply with the new total between answer tags and with nothing else.\n" +
      renderExamples(dictSum, settings) +
      "The total is 0 now. The dictionary:\n"
    );
  },
  question: (keys) => keys.join(", "),
  expected: (lastShown, valuesSince, turnValue) => lastShown + valuesSince + turnValue,
};
