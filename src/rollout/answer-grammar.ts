import type { Task } from "../tasks/task.ts";

/**
 * A GBNF grammar of one tagged answer and nothing else. Digits are bounded: an unbounded run of them need never end.
 */
export function answerGrammar(task: Task): string {
  const integer = 'integer ::= "-"? [0-9] [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]?';
  const content =
    task.answerForm === "integer" ? "integer" : 'integer ", " integer ", " integer ", " integer';
  return `root ::= "<answer>" ${content} "</answer>"\n${integer}\n`;
}
