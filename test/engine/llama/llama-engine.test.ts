import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Batch, Message } from "../../../src/engine/engine.ts";
import { createLlamaEngine, type LlamaEngine } from "../../../src/engine/llama/llama-engine.ts";
import { checkModel } from "../../../src/gguf/check.ts";
import { findModels } from "../../../src/gguf/files.ts";
import type { LlamaOptions } from "../../../src/engine/llama/options.ts";
import { ContextFullError, InterruptedError } from "../../../src/errors.ts";
import { tasks } from "../../../src/tasks/index.ts";
import { createInstance } from "../../../src/tasks/instance.ts";
import { openingOf } from "../../../src/tasks/opening.ts";
import { taskSettings } from "../../tasks/builders.ts";
import { referenceOptions } from "./reference-options.ts";
import { greedy } from "../greedy.ts";

const task = tasks["dict-sum"];
let engine: LlamaEngine | null = null;
let batches: Batch[] = [];

afterEach(async () => {
  await engine?.close();
  engine = null;
  batches = [];
});

function opening(rollout: number): Message[] {
  const instance = createInstance(task, taskSettings(), 1, rollout);
  return [
    ...openingOf(task, taskSettings(), instance),
    { role: "user", content: instance.turns[0]?.keys[0] ?? "" },
  ];
}

async function start(overrides: Partial<LlamaOptions> = {}): Promise<LlamaEngine> {
  const [file] = await findModels([join(import.meta.dirname, "../../../models/longhaul-ref-late.gguf")]);
  if (file === undefined) throw new Error("no model");
  const model = await checkModel(file);
  engine = await createLlamaEngine(
    { ...referenceOptions(model.path, model.chatTemplate), ...overrides },
    { afterBatches: (some) => batches.push(...some), event: () => undefined },
  );
  return engine;
}

function ask(conversation: ReturnType<LlamaEngine["open"]>, messages: readonly Message[], maxTokens = 8) {
  return conversation.turn({
    messages,
    sampling: greedy,
    maxTokens,
    stop: "answer",
    reasoningBudget: null,
    isWatched: false,
    rollout: 0,
    turnIndex: Math.floor((messages.length - 2) / 2),
    sample: 0,
  });
}

describe("the llama engine", () => {
  it("shares what all openings begin with, and not more", async () => {
    const running = await start();
    const prefix = await running.setPrefix([opening(0), opening(1), opening(2)]);
    // The system mark and the instructions, which are one token in the reference models.
    expect(prefix).toMatchObject({ tokens: 2, fanOut: "state-file" });
    const [a, b, c] = [running.open(), running.open(), running.open()];
    const results = await Promise.all([ask(a, opening(0)), ask(b, opening(1)), ask(c, opening(2))]);
    for (const result of results) {
      expect(result.reusedTokens).toBe(2);
      expect(result.promptTokens).toBe(result.reusedTokens + result.prefilledTokens);
      expect(result.conversations).toBe(3);
    }
  });

  it("takes another prefix where no conversation is open, and keeps nothing of the one before", async () => {
    const answersOf = async (...prefixes: readonly Message[][][]) => {
      const running = await start();
      let tokens = 0;
      for (const openings of prefixes) ({ tokens } = await running.setPrefix(openings));
      const open = [running.open(), running.open(), running.open()];
      const results = await Promise.all(open.map((one, index) => ask(one, opening(index))));
      for (const one of open) one.close();
      await running.close();
      engine = null;
      return results.map(({ text, tokenIds, promptTokens, reusedTokens }) => ({
        text,
        tokenIds,
        promptTokens,
        reusedTokens,
        tokens,
      }));
    };
    const wanted = [opening(0), opening(1), opening(2)];
    // All of an opening but its last token.
    const other = [opening(3), opening(3), opening(3)];
    expect(await answersOf(other, wanted)).toEqual(await answersOf(wanted));
  });

  it("evaluates only what a history does not share with the cache: append, change, shorten", async () => {
    const running = await start({ parallel: 1 });
    await running.setPrefix([opening(0)]);
    const conversation = running.open();
    const first = await ask(conversation, opening(0));
    const grown: Message[] = [
      ...opening(0),
      { role: "assistant", content: first.text },
      { role: "user", content: "about" },
    ];
    const second = await ask(conversation, grown);
    // The answer's last token, its end, the user's mark and word, the assistant's mark.
    expect(second.prefilledTokens).toBe(5);
    const healed = grown.map((message) =>
      message.role === "assistant" ? { ...message, content: "<answer>77</answer>" } : message,
    );
    const third = await ask(conversation, healed);
    expect(third.reusedTokens).toBe(first.promptTokens + 1);
    const again = await ask(conversation, opening(0));
    expect(again.text).toBe(first.text);
    expect(again.prefilledTokens).toBe(1);
  });

  it("decodes all conversations in one native batch a round", async () => {
    const running = await start();
    await running.setPrefix([opening(0), opening(1), opening(2)]);
    const open = [running.open(), running.open(), running.open()];
    await Promise.all(open.map((conversation, index) => ask(conversation, opening(index))));
    // Closing waits for the record of the last round.
    await running.close();
    engine = null;
    const decoding = batches.filter(({ phase, decodeTokens }) => phase === "run" && decodeTokens > 0);
    expect(decoding.length).toBeGreaterThan(0);
    expect(decoding[0]).toMatchObject({ conversations: 3, decodeTokens: 3, prefillTokens: 0 });
  });

  it("refuses a turn that does not fit and serves the neighbours", async () => {
    const running = await start({ parallel: 2 });
    await running.setPrefix([opening(0), opening(1)]);
    const [a, b] = [running.open(), running.open()];
    const [full, fine] = await Promise.allSettled([ask(a, opening(0), 500), ask(b, opening(1))]);
    expect(full.status === "rejected" && full.reason).toBeInstanceOf(ContextFullError);
    expect(fine.status).toBe("fulfilled");
  });

  it("ends unfinished turns when it is interrupted", async () => {
    const running = await start({ parallel: 1 });
    await running.setPrefix([opening(0)]);
    const conversation = running.open();
    const turn = ask(conversation, opening(0));
    running.interrupt();
    await expect(turn).rejects.toBeInstanceOf(InterruptedError);
    await expect(ask(conversation, opening(0))).rejects.toBeInstanceOf(InterruptedError);
  });

  it("returns a closed conversation's slot to the prefix", async () => {
    const running = await start({ parallel: 1 });
    await running.setPrefix([opening(0), opening(1)]);
    const first = running.open();
    const before = await ask(first, opening(0));
    first.close();
    const second = running.open();
    const after = await ask(second, opening(0));
    expect(after.tokenIds).toEqual(before.tokenIds);
    expect(after.reusedTokens).toBe(before.reusedTokens);
  });
});
