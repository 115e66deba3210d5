import { checkModel } from "../../../src/gguf/check.ts";
import { findModels } from "../../../src/gguf/files.ts";
import { hashModel } from "../../../src/gguf/hash.ts";
import type { Conversation, Engine, TurnRequest } from "../../../src/engine/engine.ts";
import { createLlamaEngine, type LlamaEngine } from "../../../src/engine/llama/llama-engine.ts";
import type { CountedResult } from "../../../src/engine/llama/turn-in-progress.ts";
import { recordBeginning } from "../../../src/runs/begin-run.ts";
import { chatOptionsOf } from "../../../src/runs/chat-options.ts";
import { playTrial } from "../../../src/runs/play-trial.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Database } from "../../../src/store/database.ts";
import type { TrialEnd } from "../../../src/runs/trial.ts";

/** What a conversation's replies are made to be. */
export interface ForcedReply {
  /** Token ids that are generated, one after another; ids that are put in the model's mouth are none of them. */
  readonly ids: readonly number[];
  /** Whether the run's budget for reasoning holds. */
  readonly hasBudget: boolean;
}

/** A run in which a grammar of token ids forces every reply, by rollout. */
export interface ForcedRun {
  readonly runId: number;
  readonly end: TrialEnd;
  readonly info: Engine["info"];
  /** By rollout, in the order of the turns. */
  readonly results: readonly (readonly CountedResult[])[];
}

/** Plays a trial on the real engine as `longhaul run` does, and records it. */
export async function playForced(
  database: Database,
  modelPath: string,
  settings: Settings,
  answerLimit: number,
  replies: readonly ForcedReply[],
  parallel = replies.length,
): Promise<ForcedRun> {
  const [file] = await findModels([modelPath]);
  if (file === undefined) throw new Error("no model");
  const model = await checkModel(file);
  const text = model.chatTemplate ?? "";
  const request = {
    settings,
    dbPath: database.name,
    name: null,
    engine: { kind: "llama" as const },
    modelPaths: [modelPath],
    instances: null,
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
  };
  const { runId, recorder } = await recordBeginning(database, request, {
    name: model.name,
    model: { checked: model, sha256: await hashModel(file.parts) },
    template: text,
    answerLimit,
    warnings: [],
  });
  const results: CountedResult[][] = replies.map(() => []);
  let info: Engine["info"] | null = null;
  const options = {
    ...settings,
    modelPath: model.path,
    chatTemplate: { text, source: "model" as const },
    parallel,
    contextLength: 4096,
    chat: chatOptionsOf(settings),
    kvBytesPerToken: null,
  };
  const end = await playTrial(
    {
      dbPath: database.name,
      runId,
      settings,
      answerLimit,
      instances: null,
      isWatched: false,
      expected: null,
    },
    {
      create: async (events) => {
        const engine = await createLlamaEngine(options, events);
        info = engine.info;
        return new ForcedEngine(engine, replies, results);
      },
      ownsProcess: false,
    },
    recorder,
    { onProgress: () => undefined, onWatch: () => undefined, onInterruptible: () => undefined },
  );
  if (info === null) throw new Error(`the engine did not start: ${end.error}`);
  return { runId, end, info, results };
}

class ForcedEngine implements Engine {
  readonly isLockstep = true;
  readonly takesGrammar = true;
  readonly #engine: LlamaEngine;
  readonly #replies: readonly ForcedReply[];
  readonly #results: CountedResult[][];

  constructor(engine: LlamaEngine, replies: readonly ForcedReply[], results: CountedResult[][]) {
    this.#engine = engine;
    this.#replies = replies;
    this.#results = results;
  }

  get info(): Engine["info"] {
    return this.#engine.info;
  }

  setPrefix: NonNullable<Engine["setPrefix"]> = (openings) => this.#engine.setPrefix(openings);

  open(): Conversation {
    const conversation = this.#engine.open();
    return {
      turn: async (request) => {
        const result = await conversation.turn(this.#forced(request));
        this.#results[request.rollout]?.push(result);
        return result;
      },
      close: () => conversation.close(),
    };
  }

  interrupt(): void {
    this.#engine.interrupt();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #forced(request: TurnRequest): TurnRequest {
    const reply = this.#replies[request.rollout];
    if (reply === undefined) return request;
    const grammar = `root ::= ${reply.ids.map((id) => `<[${id}]>`).join(" ")}`;
    return { ...request, grammar, reasoningBudget: reply.hasBudget ? request.reasoningBudget : null };
  }
}
