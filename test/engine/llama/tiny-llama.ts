import { writeFileSync } from "node:fs";
import { Random } from "../../../src/random.ts";
import {
  as,
  encodeGguf,
  type GgufContent,
  type GgufTensor,
  type GgufValue,
  type TypedValue,
} from "../../gguf/gguf-writer.ts";

export interface TinyOverrides {
  /** Put over the metadata; null removes a key. */
  readonly metadata?: Readonly<Record<string, GgufValue | null>>;
  /** Special tokens besides the marks of the chat template. */
  readonly marks?: readonly string[];
  /** Of the weights. */
  readonly seed?: number;
  /** Changes the tensors before they are written. */
  readonly tensors?: (tensors: readonly GgufTensor[]) => readonly GgufTensor[];
}

/**
 * Writes a llama model that llama.cpp loads and that answers nonsense: 2 layers, 32 wide, 2 heads, random F32 weights
 * from a seed, one token a byte and the marks of a chat template. About 200 kB.
 */
export function writeTinyLlama(path: string, overrides: TinyOverrides = {}): void {
  writeFileSync(path, encodeGguf(tinyLlama(overrides)));
}

/** What {@link writeTinyLlama} writes. */
export function tinyLlama(overrides: TinyOverrides = {}): GgufContent {
  const { marks = [] } = overrides;
  const metadata = Object.entries({ ...tinyMetadata, ...vocabularyWith(marks), ...overrides.metadata });
  const tensors = tinyTensors(overrides.seed ?? 1, tokens.length + marks.length);
  return {
    metadata: Object.fromEntries(metadata.filter((entry): entry is [string, GgufValue] => entry[1] !== null)),
    tensors: overrides.tensors?.(tensors) ?? tensors,
  };
}

/** Split over two files as llama-gguf-split does it: all metadata in the first, tensors in both. */
export function writeSplitTinyLlama(
  paths: readonly [string, string],
  overrides: readonly [Record<string, TypedValue>, Record<string, TypedValue>] = [{}, {}],
): void {
  const whole = tinyLlama();
  const middle = Math.floor(whole.tensors.length / 2);
  const parts = [whole.tensors.slice(0, middle), whole.tensors.slice(middle)];
  for (const [part, path] of paths.entries()) {
    const metadata = {
      ...(part === 0 ? whole.metadata : {}),
      "split.no": as("uint16", part),
      "split.count": as("uint16", 2),
      "split.tensors.count": as("int32", whole.tensors.length),
      ...overrides[part],
    };
    writeFileSync(path, encodeGguf({ metadata, tensors: parts[part] ?? [] }));
  }
}

const width = 32;
const headWidth = 16;
const feedForward = 64;
const layers = 2;
const marks = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];

const chatTemplate =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

const tokens = [...byteTokens(), ...marks];

/** Tokens of the vocabulary below. */
export const tinyVocabSize = tokens.length;

/** The vocabulary below with more special tokens behind it. */
function vocabularyWith(more: readonly string[]): Readonly<Record<string, GgufValue>> {
  if (more.length === 0) return {};
  const all = [...tokens, ...more];
  return {
    "llama.vocab_size": all.length,
    "tokenizer.ggml.tokens": all,
    "tokenizer.ggml.token_type": as(
      "int32[]",
      all.map((token) => (marks.includes(token) || more.includes(token) ? 3 : 1)),
    ),
  };
}

/** One token a byte, the marks of a chat template, and the template. */
export const tinyTokenizer: Readonly<Record<string, GgufValue>> = {
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.pre": "gpt-2",
  "tokenizer.ggml.tokens": tokens,
  "tokenizer.ggml.token_type": as(
    "int32[]",
    tokens.map((token) => (marks.includes(token) ? 3 : 1)),
  ),
  // The loader wants a list; this pair makes no token, so every byte stays one.
  "tokenizer.ggml.merges": as("string[]", ["ÿ ÿ"]),
  "tokenizer.ggml.bos_token_id": tokens.indexOf("<|system|>"),
  "tokenizer.ggml.eos_token_id": tokens.indexOf("<|end|>"),
  "tokenizer.ggml.add_bos_token": false,
  "tokenizer.chat_template": chatTemplate,
};

const tinyMetadata: Readonly<Record<string, GgufValue>> = {
  "general.architecture": "llama",
  "general.type": "model",
  "general.name": "Tiny Llama",
  "general.file_type": 0,
  "llama.block_count": layers,
  "llama.context_length": 2048,
  "llama.embedding_length": width,
  "llama.feed_forward_length": feedForward,
  "llama.attention.head_count": width / headWidth,
  "llama.attention.head_count_kv": width / headWidth,
  "llama.attention.layer_norm_rms_epsilon": as("float32", 1e-5),
  "llama.rope.dimension_count": headWidth,
  "llama.vocab_size": tokens.length,
  ...tinyTokenizer,
};

function tinyTensors(seed: number, vocabulary: number): GgufTensor[] {
  const random = new Random(seed, "tiny-llama");
  const matrix = (name: string, ...shape: number[]): GgufTensor => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.unit() - 0.5);
    return { name: `${name}.weight`, shape, data };
  };
  const norm = (name: string): GgufTensor => {
    return { name: `${name}.weight`, shape: [width], data: new Float32Array(width).fill(1) };
  };
  const blocks = Array.from({ length: layers }, (_, layer) => [
    norm(`blk.${layer}.attn_norm`),
    ...["q", "k", "v", "output"].map((part) => matrix(`blk.${layer}.attn_${part}`, width, width)),
    norm(`blk.${layer}.ffn_norm`),
    matrix(`blk.${layer}.ffn_gate`, width, feedForward),
    matrix(`blk.${layer}.ffn_up`, width, feedForward),
    matrix(`blk.${layer}.ffn_down`, feedForward, width),
  ]);
  return [
    matrix("token_embd", width, vocabulary),
    ...blocks.flat(),
    norm("output_norm"),
    matrix("output", width, vocabulary),
  ];
}

/** GPT-2's 256 byte tokens: printable bytes as themselves, the others from U+0100 on, in the order of the bytes. */
function byteTokens(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
}
