import { join } from "node:path";
import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfidenceKind, TurnRequest } from "../../../src/engine/engine.ts";
import { type Binding, loadBinding } from "../../../src/engine/llama/binding.ts";
import type { CountedResult } from "../../../src/engine/llama/turn-in-progress.ts";
import { createLlamaEngine } from "../../../src/engine/llama/llama-engine.ts";
import { tellOwnDistribution } from "../../../src/engine/llama/own-distribution.ts";
import { asTokens } from "../../../src/engine/llama/token-ids.ts";
import { chooseTokens, confidenceOf } from "../../../src/engine/sampling.ts";
import { answerGrammar } from "../../../src/rollout/answer-grammar.ts";
import { checkModel } from "../../../src/gguf/check.ts";
import { findModels } from "../../../src/gguf/files.ts";
import { tasks } from "../../../src/tasks/index.ts";
import { greedy } from "../greedy.ts";
import { opening } from "./reference-conversations.ts";
import { referenceOptions } from "./reference-options.ts";

const models = ["early", "late"].map((name) =>
  join(import.meta.dirname, `../../../models/longhaul-ref-${name}.gguf`),
);
const drawn = { temperature: 1.5, topP: 0.9, topK: 12, minP: 0.01, seed: 7 };
const grammar = answerGrammar(tasks["dict-sum"]);

/** Three conversations' first turn, together. */
async function firstTurns(
  modelPath: string,
  confidence: ConfidenceKind | null,
  how: Partial<TurnRequest>,
): Promise<CountedResult[]> {
  const [file] = await findModels([modelPath]);
  if (file === undefined) throw new Error("no model");
  const model = await checkModel(file);
  const engine = await createLlamaEngine(referenceOptions(modelPath, model.chatTemplate), {
    afterBatches: () => undefined,
    event: () => undefined,
  });
  try {
    if (confidence !== null) expect(engine.tellConfidence(confidence)).toBe(true);
    const histories = [0, 1, 2].map(opening);
    await engine.setPrefix(histories);
    return await Promise.all(
      histories.map((messages, rollout) =>
        engine.open().turn({
          messages,
          sampling: greedy,
          maxTokens: 8,
          stop: "answer",
          reasoningBudget: null,
          isWatched: false,
          rollout,
          turnIndex: 0,
          sample: 0,
          ...how,
        }),
      ),
    );
  } finally {
    await engine.close();
  }
}

const ways: readonly (readonly [string, Partial<TurnRequest>])[] = [
  ["greedily", {}],
  ["with a grammar", { grammar }],
  ["by sampling", { sampling: drawn }],
  ["by sampling with a grammar", { sampling: drawn, grammar }],
];

describe.each(models)("how sure %s is", (model) => {
  it.each(ways)("changes no token that is chosen %s", { timeout: 60_000 }, async (_, how) => {
    const off = await firstTurns(model, null, how);
    expect(off.every(({ tokenConfidence }) => tokenConfidence === null)).toBe(true);
    for (const kind of ["chosen", "top2"] as const) {
      const told = await firstTurns(model, kind, how);
      expect(told.map(({ tokenIds }) => tokenIds)).toEqual(off.map(({ tokenIds }) => tokenIds));
      expect(told.map(({ text }) => text)).toEqual(off.map(({ text }) => text));
      for (const { tokenIds, tokenConfidence, text } of told) {
        expect(tokenConfidence).toHaveLength(tokenIds.length);
        expect(tokenConfidence?.at(-1)?.end).toBe(text.length);
        for (const { probability, gap } of tokenConfidence ?? []) {
          expect(probability).toBeGreaterThan(0);
          expect(probability).toBeLessThanOrEqual(1);
          if (kind === "chosen") expect(gap).toBeNull();
          else expect(Number.isFinite(gap)).toBe(true);
        }
      }
    }
  });

  it("is told of the likeliest where that is chosen: no gap below 0", { timeout: 60_000 }, async () => {
    const told = await firstTurns(model, "top2", {});
    for (const { tokenConfidence } of told)
      for (const { gap } of tokenConfidence ?? []) expect(gap).toBeGreaterThanOrEqual(0);
  });
});

describe("the model's own distribution", () => {
  let binding: Binding;
  let model: LlamaModel;
  let context: LlamaContext;

  beforeAll(async () => {
    binding = await loadBinding("off");
    model = await binding.llama.loadModel({ modelPath: models[0] ?? "", gpuLayers: 0 });
    context = await model.createContext({ contextSize: 256, batchSize: 64, threads: 1, sequences: 1 });
  }, 60_000);
  afterAll(() => binding.llama.dispose());

  const prompt = Array.from({ length: 30 }, (_, index) => 3 + ((index * 7) % 50));

  /** Probabilities of the greedy tokens and of the likeliest others, as the binding has them. */
  async function byBinding(tokens: number) {
    const sequence = context.getSequence();
    const found: { token: number; probability: number; gap: number }[] = [];
    const options = { temperature: 0, yieldEogToken: true };
    const metadata = { confidence: true, probabilities: true } as const;
    for await (const { token, probabilities } of sequence.evaluateWithMetadata(
      asTokens(prompt),
      metadata,
      options,
    )) {
      const [first = 0, second = 0] = probabilities.values();
      found.push({ token, probability: first, gap: Math.log(first) - Math.log(second) });
      if (found.length === tokens) break;
    }
    await sequence.dispose();
    return found;
  }

  async function byOwn(sampling: typeof drawn, tokens: number) {
    const sequence = context.getSequence();
    const found: { token: number; probability: number | null | undefined; gap: number | null | undefined }[] =
      [];
    const chosen = chooseTokens(sequence, asTokens(prompt), sampling, { yieldEogToken: true }, "top2");
    for await (const one of chosen) {
      const { probability, gap } = confidenceOf(one) ?? {};
      found.push({ token: one.token, probability, gap });
      if (found.length === tokens) break;
    }
    await sequence.dispose();
    return found;
  }

  it("is the one that the binding lists for greedy tokens", { timeout: 60_000 }, async () => {
    const wanted = await byBinding(40);
    expect(tellOwnDistribution(context, model)).toBe(true);
    const found = await byOwn({ ...greedy, temperature: 0 }, 40);
    expect(found.map(({ token }) => token)).toEqual(wanted.map(({ token }) => token));
    for (const [index, { probability, gap }] of wanted.entries()) {
      expect(found[index]?.probability).toBeCloseTo(probability, 4);
      // What the binding cannot tell from 0 is farther than it can say.
      if (Number.isFinite(gap)) expect(found[index]?.gap).toBeCloseTo(gap, 2);
      else expect(found[index]?.gap).toBeGreaterThan(80);
    }
  });

  it("is told of a token that was drawn against the odds, whatever drew it", {
    timeout: 60_000,
  }, async () => {
    const hot = await byOwn({ temperature: 50, topP: 1, topK: 0, minP: 0, seed: 3 }, 40);
    const unlikely = hot.filter(({ gap }) => (gap ?? 0) < 0);
    expect(unlikely.length).toBeGreaterThan(20);
    for (const { probability } of hot) expect(probability).toBeGreaterThan(0);
  });

  it("is not told where the binding has no such call", () => {
    const without = { _ctx: {} } as unknown as LlamaContext;
    expect(tellOwnDistribution(without, model)).toBe(false);
    const bare = { llama: {}, _model: {} } as unknown as LlamaModel;
    expect(tellOwnDistribution(context, bare)).toBe(false);
  });
});
