import { renderExamples } from "./prompt.ts";
import type { Task } from "./task.ts";

/** Look-up alone: one key, its value, no state. What is lost here is not lost to adding or remembering. */
export const retrieval: Task = {
  name: "retrieval",
  summary: "one key's value each turn, nothing to remember",
  stateful: false,
  head: (settings) =>
    "A dictionary gives every word an integer value.\n" +
    "Each message from the user asks for one word. Look up its value.\n" +
    "Reply with the value between answer tags and with nothing else.\n" +
    renderExamples(retrieval, settings) +
    "The dictionary:\n",
  question: (keys) => `${keys.join(", ")}?`,
  expected: (_lastShown, _valuesSince, turnValue) => turnValue,
};
