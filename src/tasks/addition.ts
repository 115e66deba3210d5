import { replyLine } from "./prompt.ts";
import { drawValue, sums } from "./sums.ts";
import type { Task } from "./task.ts";

/** Adding alone: two integers, their sum, no dictionary and no state. */
export const addition: Task = {
  ...sums,
  name: "addition",
  summary: "two integers each turn, nothing to look up or remember",
  stateful: false,
  usesDictionary: false,
  takesManyKeys: false,
  instructions: (settings) =>
    "Each message from the user is two integers. Add them.\n" + replyLine(settings.prompt, "the sum", "sum"),
  begin: () => "",
  question: (keys) => keys.join(" + "),
  explain: (_state, entries, answer) => `${entries.map(({ key }) => key).join(" + ")} = ${answer}.`,
  drawDictionary: () => [],
  drawKeys: (random, _keys, { valueMax }) => [
    String(drawValue(random, valueMax)),
    String(drawValue(random, valueMax)),
  ],
};
