import { replyLine } from "./prompt.ts";
import { drawDictionaryKeys, drawSumDictionary, sums } from "./sums.ts";
import type { Task } from "./task.ts";

/** Look-up alone: one key, its value, no state. What is lost here is not lost to adding or remembering. */
export const retrieval: Task = {
  ...sums,
  name: "retrieval",
  summary: "one key's value each turn, nothing to remember",
  stateful: false,
  usesDictionary: true,
  takesManyKeys: false,
  instructions: (settings) =>
    "A dictionary gives every word an integer value.\n" +
    "Each message from the user asks for one word. Look up its value.\n" +
    replyLine(settings.prompt, "the value", "value"),
  begin: () => "The dictionary:\n",
  question: (keys) => `${keys.join(", ")}?`,
  explain: (_state, entries, answer) => `${entries.map(({ key }) => key).join(", ")} is ${answer}.`,
  drawDictionary: drawSumDictionary,
  drawKeys: drawDictionaryKeys,
};
