import type { Engine, TurnRequest } from "../../src/engine/engine.ts";
import { type EngineSource, playTrial } from "../../src/runs/play-trial.ts";
import { packageVersion } from "../../src/runs/shipped.ts";
import type { Trial, TrialEnd, TrialProgress } from "../../src/runs/trial.ts";
import { Recorder } from "../../src/store/recorder.ts";
import type { Database } from "../../src/store/database.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance, hashInstances } from "../../src/tasks/instance.ts";
import { currentParser } from "../../src/tasks/parsers.ts";
import { worded } from "../../src/settings/wording.ts";
import { hashPrompt } from "../../src/tasks/opening.ts";
import { newRun } from "../store/builders.ts";
import { ChatServer } from "../engine/chat-server.ts";

export const chatTurns = 8;
export const chatRollouts = 6;
const settings: Settings = { ...standardSettings, turns: chatTurns, rollouts: chatRollouts };
const { seed } = settings;
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
    change = {},
    create = () => Promise.resolve(server),
    expected = null,
    onProgress = () => undefined,
  }: {
    readonly server?: Engine;
    readonly model?: string;
    readonly change?: Partial<Settings>;
    readonly create?: EngineSource["create"];
    readonly expected?: Trial["expected"];
    readonly onProgress?: (progress: TrialProgress) => void;
  } = {},
): Promise<TrialEnd> {
  const asked = { ...settings, ...change };
  const instances = Array.from({ length: chatRollouts }, (_, rollout) =>
    createInstance(task, settings, seed, rollout),
  );
  const runId = newRun(database, asked, {
    name: `server model ${model}`,
    engine: "chat",
    engineSpec: model,
    promptHash: hashPrompt(task, worded(settings)),
    instanceHash: hashInstances(instances),
    versions: { longhaul: packageVersion(), parser: String(currentParser.version) },
  });
  return playTrial(
    {
      dbPath: database.name,
      runId,
      settings: asked,
      answerLimit: 32,
      instances: null,
      isWatched: false,
      expected,
    },
    { create, ownsProcess: false },
    new Recorder(database, runId),
    { onProgress, onWatch: () => undefined, onInterruptible: () => undefined },
  );
}
