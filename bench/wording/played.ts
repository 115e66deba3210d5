import type { Conversation, Engine, Message } from "../../src/engine/engine.ts";
import { createEngine } from "../../src/engine/index.ts";
import type { CheckedModel } from "../../src/gguf/check.ts";
import { templateOf } from "../../src/runs/template-of.ts";
import { llamaOptions } from "../../src/runs/llama-options.ts";
import { type FinishedTurn, runRollout } from "../../src/rollout/run-rollout.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { worded } from "../../src/settings/wording.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { workedExamples } from "../../src/tasks/examples.ts";
import type { Task } from "../../src/tasks/task.ts";
import type { layouts } from "./candidates.ts";

/** Turns, and of them: answers that can be read, right ones, and those that went on from the example's last state. */
export interface Tally {
  n: number;
  readable: number;
  right: number;
  fromExample: number;
  prefixTokens: number;
  openingTokens: number;
}

const contextLength = 2048;
const seed = 1;

/** Plays all rollouts at once, in this process. */
export async function played(
  model: CheckedModel,
  task: Task,
  layout: (typeof layouts)[string],
  sizes: Pick<Settings, "rollouts" | "turns" | "threads">,
): Promise<Tally> {
  const settings = { ...worded(standardSettings), ...sizes, gpu: "off" as const };
  const { rollouts } = settings;
  const starts = Array.from({ length: rollouts }, (_, rollout) => {
    const instance = createInstance(task, settings, seed, rollout);
    return { rollout, instance, ...layout(task, settings, instance) };
  });
  const options = llamaOptions(model, settings, {
    template: templateOf(null, model),
    parallel: rollouts,
    contextLength,
  });
  const engine = await createEngine(
    { kind: "llama", options },
    { afterBatches: () => undefined, event: () => undefined },
  );
  const tally: Tally = { n: 0, readable: 0, right: 0, fromExample: 0, prefixTokens: 0, openingTokens: 0 };
  try {
    const openings = starts.map(({ messages, beforeQuestion, instance }): Message[] => [
      ...messages,
      { role: "user", content: beforeQuestion + task.question(instance.turns[0]?.keys ?? []) },
    ]);
    const prefix = await engine.setPrefix?.(openings);
    tally.prefixTokens = prefix?.tokens ?? 0;
    tally.openingTokens = prefix?.longestOpeningTokens ?? 0;
    const { last } = workedExamples(task, settings);
    await Promise.all(
      starts.map(async ({ rollout, instance, messages, beforeQuestion }) => {
        const conversation = withList(engine, messages.length, beforeQuestion);
        const plan = {
          task,
          instance,
          opening: messages,
          rollout,
          settings: { ...settings, seed },
          sampling: settings,
          answerLimit: 32,
          ownErrors: [],
          reasoning: engine.info.chat?.reasoning ?? null,
          isWatched: false,
        };
        const outcome = await runRollout(plan, conversation, (turn) => count(tally, task, last, turn));
        conversation.close();
        if (outcome.end !== "complete") throw new Error(outcome.detail ?? outcome.end);
      }),
    );
  } finally {
    await engine.close();
  }
  return tally;
}

/** A conversation whose first question has something in front of it. */
function withList(engine: Engine, at: number, text: string): Conversation {
  const conversation = engine.open();
  return {
    turn: (request) =>
      conversation.turn({
        ...request,
        messages: request.messages.map((message, index) =>
          index === at ? { ...message, content: text + message.content } : message,
        ),
      }),
    close: () => conversation.close(),
  };
}

function count(tally: Tally, task: Task, last: number, { asked, samples }: FinishedTurn): void {
  const judged = samples[0]?.judged;
  if (judged === undefined) return;
  const { answer, turnCorrect } = judged.verdict;
  tally.n++;
  tally.readable += Number(answer !== null);
  tally.right += Number(turnCorrect);
  tally.fromExample += Number(!turnCorrect && task.stateful && answer === task.combine(last, asked.value));
}
