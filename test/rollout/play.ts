import type { Conversation, TurnResult } from "../../src/engine/engine.ts";
import type { ScriptedRequest } from "../../src/engine/scripted/form.ts";
import type { TurnTruth } from "../../src/engine/turn-truth.ts";
import { type FinishedTurn, type RolloutSettings, runRollout } from "../../src/rollout/run-rollout.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { type TaskName, tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { openingOf } from "../../src/tasks/opening.ts";
import type { TaskSettings } from "../../src/tasks/task.ts";
import { taskSettings } from "../tasks/builders.ts";

export interface Played {
  readonly turns: FinishedTurn[];
  readonly requests: ScriptedRequest[];
  readonly instance: ReturnType<typeof createInstance>;
}

/** Plays one rollout against a model that is a function of the request. */
export async function play(
  given: {
    readonly task?: TaskName;
    readonly settings?: Partial<TaskSettings>;
    readonly how?: Partial<RolloutSettings>;
    readonly history?: string;
    readonly seed?: number;
    readonly rollout?: number;
    readonly ownErrors?: readonly number[];
  },
  answer: (request: ScriptedRequest) => string = ({ truth }) =>
    `<answer>${truth.render(truth.expected)}</answer>`,
): Promise<Played> {
  const task = tasks[given.task ?? "dict-sum"];
  const settings = taskSettings({ turns: 12, ...given.settings });
  const { seed = 1, rollout = 0 } = given;
  const instance = createInstance(task, settings, seed, rollout);
  const requests: ScriptedRequest[] = [];
  const turns: FinishedTurn[] = [];
  let told: TurnTruth | null = null;
  const conversation: Conversation = {
    expect: (truth) => {
      told = truth;
    },
    turn: (turn) => {
      if (told === null) throw new Error("a turn was asked for before its truth was told");
      const request = { ...turn, truth: told };
      told = null;
      requests.push(request);
      return Promise.resolve(resultOf(answer(request)));
    },
    close: () => undefined,
  };
  const outcome = await runRollout(
    {
      task,
      instance,
      opening: openingOf(task, settings, instance),
      rollout,
      settings: {
        ...standardSettings,
        ...settings,
        history: given.history ?? standardSettings.history,
        ...given.how,
        seed,
      },
      sampling: standardSettings,
      answerLimit: 32,
      ownErrors: given.ownErrors ?? [],
      reasoning: null,
      isWatched: false,
    },
    conversation,
    (turn) => turns.push(turn),
  );
  if (outcome.end !== "complete") throw new Error(outcome.detail ?? outcome.end);
  return { turns, requests, instance };
}

function resultOf(text: string): TurnResult {
  return {
    text,
    tokenIds: [],
    tokenConfidence: null,
    served: null,
    stop: "answer",
    promptTokens: 1,
    reusedTokens: 0,
    prefilledTokens: 1,
    answerForm: null,
    againReason: null,
    decodedTokens: 1,
    reasoningTokens: 0,
    ttftMs: 1,
    decodeMs: 0,
    interTokenMs: [],
    cpuMs: 0,
    conversations: 1,
    firstBatch: 0,
    lastBatch: 0,
    startedAt: "",
  };
}

/** The numbers that the history shows in a request, in order. */
export function shownIn({ messages }: ScriptedRequest): number[] {
  return messages
    .filter(({ role }) => role === "assistant")
    .map(({ content }) => Number(/<answer>(.*)<\/answer>/.exec(content)?.[1]));
}
