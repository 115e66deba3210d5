import type { Message } from "../../src/engine/engine.ts";
import { renderDictionary, workedExamples } from "../../src/tasks/examples.ts";
import { openingOf, type Wording } from "../../src/tasks/opening.ts";
import { renderAnswer } from "../../src/tasks/prompt.ts";
import type { Instance, Task } from "../../src/tasks/task.ts";

/** What stands before the first question, and what is put in front of that question itself. */
export interface Opening {
  readonly messages: readonly Message[];
  readonly beforeQuestion: string;
}

type Layout = (task: Task, wording: Wording, instance: Instance) => Opening;

/** The product's own forms, and others that were tried beside them. */
export const layouts: Readonly<Record<string, Layout>> = {
  none: ofProduct("text", 0),
  text: ofProduct("text"),
  paper: ofProduct("paper"),
  turns: ofProduct("turns"),
  "list then state": inMessages({ toyIn: "system", reply: "state" }),
  "list then OK": inMessages({ toyIn: "system", reply: "OK." }),
  "both lists then states": inMessages({ toyIn: "user", reply: "state" }),
  "both lists then OK": inMessages({ toyIn: "user", reply: "OK." }),
  "list in the first question": inQuestion("system"),
  "both lists in first questions": inQuestion("user"),
};

function ofProduct(shotsAs: Wording["shotsAs"], shots?: number): Layout {
  return (task, wording, instance) => ({
    messages: openingOf(task, { ...wording, shotsAs, ...(shots === undefined ? {} : { shots }) }, instance),
    beforeQuestion: "",
  });
}

function inMessages({ toyIn, reply }: { toyIn: "system" | "user"; reply: "state" | "OK." }): Layout {
  return (task, wording, instance) => {
    const { toy, own, examples } = parts(task, wording, instance);
    const answer = (state: number): string =>
      reply === "state" && task.stateful ? renderAnswer(task, state) : "OK.";
    const list = (text: string, state: number): Message[] => [
      { role: "user", content: text },
      { role: "assistant", content: answer(state) },
    ];
    const system = task.instructions(wording);
    const start = instance.start ?? task.neutral;
    return {
      messages: [
        { role: "system", content: toyIn === "system" ? system + toy : system.trimEnd() },
        ...(toyIn === "system" ? [] : list(toy, task.neutral)),
        ...examples.flatMap(exchange),
        ...list(`A new list begins${task.usesDictionary ? ", with another dictionary" : ""}. ${own}`, start),
      ],
      beforeQuestion: "",
    };
  };
}

function inQuestion(toyIn: "system" | "user"): Layout {
  return (task, wording, instance) => {
    const { toy, own, examples } = parts(task, wording, instance);
    const [first, ...others] = examples;
    if (first === undefined) throw new Error("a layout of examples needs some");
    const system = task.instructions(wording);
    const shown =
      toyIn === "system" ? examples : [{ ...first, question: `${toy}\n\n${first.question}` }, ...others];
    return {
      messages: [
        { role: "system", content: toyIn === "system" ? system + toy : system.trimEnd() },
        ...shown.flatMap(exchange),
      ],
      beforeQuestion: `A new list begins${task.usesDictionary ? ", with another dictionary" : ""}. ${own}\n\n`,
    };
  };
}

function parts(task: Task, wording: Wording, instance: Instance) {
  const { dictionary, turns } = workedExamples(task, wording);
  const list = (entries: Instance["dictionary"], state: number): string =>
    (task.begin(state) + renderDictionary(task, entries)).trimEnd();
  return {
    examples: turns,
    toy: list(dictionary, task.neutral),
    own: list(instance.dictionary, instance.start ?? task.neutral),
  };
}

function exchange({ question, reply }: { question: string; reply: string }): Message[] {
  return [
    { role: "user", content: question },
    { role: "assistant", content: reply },
  ];
}
