import { writeFileSync } from "node:fs";
import { Random } from "../../../src/random.ts";
import { encodeGguf, type GgufContent, type GgufTensor } from "../../gguf/gguf-writer.ts";
import { tinyTokenizer, tinyVocabSize } from "./tiny-llama.ts";

/** `gemma2` has a local layer before each global one, `gemma3` five. */
export type TinyGemma = keyof typeof layerCounts;

/** Tokens that a local layer sees. */
export const tinyWindow = 32;

/**
 * Writes a model with a sliding window that llama.cpp loads and that answers nonsense: 32 wide, 2 heads over one
 * of keys and values, random F32 weights from a seed, the vocabulary and template of the tiny llama. About 200 kB.
 * What it generates hangs on all that came before, so that a cache which differs shows.
 *
 * @param window tokens that a local layer sees; as many as the context is long turns the window off
 */
export function writeTinyGemma(path: string, kind: TinyGemma, window = tinyWindow, seed = 1): void {
  writeFileSync(path, encodeGguf(tinyGemma(kind, window, seed)));
}

const width = 32;
const headWidth = 16;
const heads = 2;
const feedForward = 48;
const layerCounts = { gemma2: 4, gemma3: 6 };

function tinyGemma(kind: TinyGemma, window: number, seed: number): GgufContent {
  const metadata = {
    "general.architecture": kind,
    "general.type": "model",
    "general.name": `Tiny ${kind}`,
    "general.file_type": 0,
    [`${kind}.block_count`]: layerCounts[kind],
    [`${kind}.context_length`]: 4096,
    [`${kind}.embedding_length`]: width,
    [`${kind}.feed_forward_length`]: feedForward,
    [`${kind}.attention.head_count`]: heads,
    [`${kind}.attention.head_count_kv`]: 1,
    [`${kind}.attention.key_length`]: headWidth,
    [`${kind}.attention.value_length`]: headWidth,
    [`${kind}.attention.layer_norm_rms_epsilon`]: 1e-6,
    [`${kind}.attention.sliding_window`]: window,
    ...tinyTokenizer,
  };
  return { metadata, tensors: tinyTensors(kind, seed) };
}

function tinyTensors(kind: TinyGemma, seed: number): GgufTensor[] {
  const random = new Random(seed, "tiny-gemma", kind);
  const matrix = (name: string, ...shape: number[]): GgufTensor => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.unit() - 0.5);
    return { name: `${name}.weight`, shape, data };
  };
  const norm = (name: string, gain: number, length = width): GgufTensor => {
    return { name: `${name}.weight`, shape: [length], data: new Float32Array(length).fill(gain) };
  };
  const blocks = Array.from({ length: layerCounts[kind] }, (_, layer) => [
    norm(`blk.${layer}.attn_norm`, 1),
    matrix(`blk.${layer}.attn_q`, width, headWidth * heads),
    matrix(`blk.${layer}.attn_k`, width, headWidth),
    matrix(`blk.${layer}.attn_v`, width, headWidth),
    matrix(`blk.${layer}.attn_output`, headWidth * heads, width),
    // Above 1, so that attention looks at few tokens, and what it finds outweighs the token itself.
    ...(kind === "gemma3"
      ? ["q", "k"].map((part) => norm(`blk.${layer}.attn_${part}_norm`, 2, headWidth))
      : []),
    norm(`blk.${layer}.post_attention_norm`, 2),
    norm(`blk.${layer}.ffn_norm`, 1),
    matrix(`blk.${layer}.ffn_gate`, width, feedForward),
    matrix(`blk.${layer}.ffn_up`, width, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, width),
    norm(`blk.${layer}.post_ffw_norm`, 1),
  ]);
  // Spreads the logits: the likeliest token stands clear of the second.
  return [matrix("token_embd", width, tinyVocabSize), ...blocks.flat(), norm("output_norm", 6)];
}
