import type { Engine, EngineEvents } from "../../../src/engine/engine.ts";
import type { ServerOptions } from "../../../src/engine/server/options.ts";
import type { Pace } from "../../../src/engine/server/pace.ts";
import { createServerEngine } from "../../../src/engine/server/server-engine.ts";
import { type FinishedTurn, type RolloutOutcome, runRollout } from "../../../src/rollout/run-rollout.ts";
import { standardSettings } from "../../../src/settings/settings.ts";
import { tasks } from "../../../src/tasks/index.ts";
import { createInstance } from "../../../src/tasks/instance.ts";
import { openingOf } from "../../../src/tasks/opening.ts";
import { taskSettings } from "../../tasks/builders.ts";
import type { PlantedServer } from "./planted-server.ts";

export interface Served {
  readonly engine: Engine;
  /** Rows that the engine wrote, in order. */
  readonly events: { readonly kind: string; readonly data: Readonly<Record<string, unknown>> }[];
  /** How long it waited between tries. */
  readonly waits: number[];
  /** Moves the clock by which the engine looks at its server. */
  readonly pass: (ms: number) => void;
}

/** An engine on a planted server. No time passes while it waits. */
export async function serve(
  server: PlantedServer,
  change: Partial<ServerOptions> = {},
  starting: AbortSignal = new AbortController().signal,
): Promise<Served> {
  const events: Served["events"] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const pace: Pace = {
    nowMs: () => nowMs,
    wait: (ms) => {
      waits.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const told: EngineEvents = {
    afterBatches: () => undefined,
    event: (kind, data) => events.push({ kind, data }),
  };
  const engine = await createServerEngine({ ...optionsOf(server), ...change }, told, starting, pace);
  return {
    engine,
    events,
    waits,
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

export interface ServedRollout extends RolloutOutcome {
  readonly turns: readonly FinishedTurn[];
  /** A letter a turn: right or wrong. */
  readonly track: string;
}

/** Plays a rollout of sums behind it. */
export async function playServed(
  { engine }: Pick<Served, "engine">,
  how: {
    readonly turns?: number;
    readonly history?: string;
    readonly thinking?: "on" | "off";
    readonly answerLimit?: number;
  } = {},
): Promise<ServedRollout> {
  const settings = taskSettings({ turns: how.turns ?? 6 });
  const instance = createInstance(tasks["dict-sum"], settings, 1, 0);
  const turns: FinishedTurn[] = [];
  const conversation = engine.open();
  const outcome = await runRollout(
    {
      task: tasks["dict-sum"],
      instance,
      opening: openingOf(tasks["dict-sum"], settings, instance),
      rollout: 0,
      settings: {
        ...standardSettings,
        ...settings,
        history: how.history ?? "own",
        thinking: how.thinking ?? "off",
        seed: 1,
      },
      sampling: standardSettings,
      answerLimit: how.answerLimit ?? 200,
      ownErrors: [],
      reasoning: engine.info.chat?.reasoning ?? null,
      isWatched: false,
    },
    conversation,
    (turn) => turns.push(turn),
  );
  conversation.close();
  return {
    ...outcome,
    turns,
    track: turns.map(({ samples }) => (samples[0]?.judged.verdict.taskCorrect ? "r" : "w")).join(""),
  };
}

export function optionsOf({ origin, plant, model }: PlantedServer): ServerOptions {
  const settings = taskSettings({ turns: 1 });
  const instance = createInstance(tasks["dict-sum"], settings, 1, 0);
  const opening = openingOf(tasks["dict-sum"], settings, instance);
  const question = tasks["dict-sum"].question(instance.turns[0]?.keys ?? []);
  const firstMessages = [...opening, { role: "user" as const, content: question }];
  return {
    address:
      plant.kind === "ollama" ? { api: "ollama", url: origin } : { api: "openai", url: `${origin}/v1` },
    model,
    parallel: 2,
    longestCharacters: 2 * firstMessages.reduce((sum, { content }) => sum + content.length, 0),
    answerTokens: 400,
    firstMessages,
    chat: { thinking: false, pastReasoning: "template", reasoningEffort: null, chatTemplateKwargs: null },
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
    requestTimeoutMs: 2_000,
  };
}
