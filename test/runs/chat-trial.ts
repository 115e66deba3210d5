import type { Engine, TurnRequest } from "../../src/engine/engine.ts";
import { plainProtocol, type Protocol } from "../../src/rollout/protocol.ts";
import { protocolSettings } from "../../src/rollout/protocol-settings.ts";
import { playTrial } from "../../src/runs/run-trial.ts";
import { packageVersion } from "../../src/runs/shipped.ts";
import type { TrialEnd, TrialProgress } from "../../src/runs/trial.ts";
import { Recorder } from "../../src/store/append.ts";
import type { Database } from "../../src/store/database.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance, hashInstances } from "../../src/tasks/instance.ts";
import { currentParser } from "../../src/tasks/parsers.ts";
import { hashPrompt } from "../../src/tasks/prompt.ts";
import { taskSettings } from "../tasks/builders.ts";
import { newRun } from "../store/builders.ts";
import { ChatServer } from "../engine/chat-server.ts";

export const chatTurns = 8;
export const chatRollouts = 6;
const settings = taskSettings({ turns: chatTurns });
const seed = 1;
const task = tasks["dict-sum"];

/** The right answer; every second rollout slips at turn 4, and its totals are off by one from there. */
export function slippingAnswer({ rollout, turnIndex }: TurnRequest): string {
  const { truth } = createInstance(task, settings, seed, rollout).turns[turnIndex] ?? { truth: 0 };
  return `The total is <answer>${truth + (rollout % 2 === 1 && turnIndex >= 3 ? 1 : 0)}</answer>.`;
}

/** Records a run on a chat server as `longhaul run` would. Three conversations at a time. */
export async function runChat(
  database: Database,
  {
    server = new ChatServer(slippingAnswer, 3),
    model = "one",
    protocol = {},
    onProgress = () => undefined,
  }: {
    readonly server?: Engine;
    readonly model?: string;
    readonly protocol?: Partial<Protocol>;
    readonly onProgress?: (progress: TrialProgress) => void;
  } = {},
): Promise<TrialEnd> {
  const carriedOut = { ...plainProtocol, ...protocol };
  const instances = Array.from({ length: chatRollouts }, (_, rollout) =>
    createInstance(task, settings, seed, rollout),
  );
  const runId = newRun(
    database,
    { ...settings, ...protocolSettings(carriedOut), rollouts: chatRollouts },
    {
      name: `server model ${model}`,
      engine: "chat",
      engineSpec: model,
      promptHash: hashPrompt(task, settings),
      instanceHash: hashInstances(instances),
      versions: { longhaul: packageVersion(), parser: String(currentParser.version) },
    },
  );
  return playTrial(
    {
      dbPath: database.name,
      runId,
      seed,
      task: "dict-sum",
      settings,
      rollouts: chatRollouts,
      instances: null,
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
      maxAnswerTokens: 32,
      stop: "answer",
      protocol: carriedOut,
      isWatched: false,
      expected: null,
    },
    { create: () => Promise.resolve(server), ownsProcess: false },
    new Recorder(database, runId),
    { onProgress, onWatch: () => undefined, onInterruptible: () => undefined },
  );
}
