import type { LlamaContextSequence } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBinding } from "../../../src/engine/llama/binding.ts";
import { type DecodeOnly, decodeOnlyOf } from "../../../src/engine/llama/decode-only.ts";
import { asTokens } from "../../../src/engine/llama/token-ids.ts";

const path = new URL("../../../models/longhaul-ref-early.gguf", import.meta.url).pathname;
const prompt = Array.from({ length: 20 }, (_, index) => 3 + ((index * 7) % 50));

let sequence: LlamaContextSequence;
let decode: DecodeOnly | null;
let close: () => Promise<void>;

beforeAll(async () => {
  const { llama } = await loadBinding("off");
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: 128, batchSize: 8, threads: 1 });
  sequence = context.getSequence();
  decode = await decodeOnlyOf(sequence);
  close = () => llama.dispose();
}, 60_000);
afterAll(() => close());

/** What comes behind these tokens, greedily. */
async function continued(tokens: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  for await (const id of sequence.evaluate(asTokens(tokens), { temperature: 0, yieldEogToken: true }))
    if (ids.push(id) >= 5) break;
  return ids;
}

describe("evaluating without sampling", () => {
  it("leaves the cache as evaluating does, over several batches", { timeout: 60_000 }, async () => {
    await sequence.clearHistory();
    const wanted = await continued(prompt);
    await sequence.clearHistory();
    await decode?.(prompt.slice(0, -1));
    expect(sequence.nextTokenIndex).toBe(prompt.length - 1);
    expect(await continued(prompt.slice(-1))).toEqual(wanted);
  });

  it("is not offered where the binding has no such call, or does something else in it", async () => {
    const fake = (inner: unknown): LlamaContextSequence => {
      const state = { nextTokenIndex: 0, _decodeTokens: inner, tokenMeter: {} };
      const clearHistory = (): Promise<void> => Promise.resolve();
      return Object.assign(state, { clearHistory }) as unknown as LlamaContextSequence;
    };
    expect(await decodeOnlyOf(fake(undefined))).toBeNull();
    expect(await decodeOnlyOf(fake(() => Promise.resolve()))).toBeNull();
    expect(await decodeOnlyOf(fake(() => Promise.reject(new Error("other arguments"))))).toBeNull();
    // Evaluates all, but computes logits of every token.
    const loud = function (this: { nextTokenIndex: number }, ...args: readonly unknown[]): Promise<void> {
      this.nextTokenIndex = 2;
      const onLogits = args[5] as () => void;
      onLogits();
      onLogits();
      return Promise.resolve();
    };
    expect(await decodeOnlyOf(fake(loud))).toBeNull();
  });
});
