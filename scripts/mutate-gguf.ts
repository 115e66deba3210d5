import type { Random } from "../src/random.ts";
import {
  f32,
  i32,
  itemsOf,
  type Parts,
  putItems,
  putTogether,
  takeApart,
  text,
  typeNumbers,
  u32,
  u64,
} from "./gguf-parts.ts";

/** A damaged copy of a model. */
export interface Mutant {
  readonly bytes: Buffer;
  /** The kind of damage, one of {@link mutationKinds}. */
  readonly kind: string;
  /** What was changed: a key, a tensor's name or a part of the file. */
  readonly subject: string;
  readonly change: string;
}

/** Damages a good GGUF of version 3 in one place, drawn from the generator. */
export function mutateGguf(good: Buffer, kind: string, random: Random): Mutant {
  const mutate = mutations[kind];
  if (mutate === undefined) throw new RangeError(`no kind of mutation is called ${kind}`);
  const parts = takeApart(good);
  const { subject, change, bytes } = mutate(parts, random, good);
  return { bytes: bytes ?? putTogether(parts), kind, subject, change };
}

interface Change {
  readonly subject: string;
  readonly change: string;
  /** The whole file where the damage is not one of its parts. */
  readonly bytes?: Buffer;
}

type Mutate = (parts: Parts, random: Random, good: Buffer) => Change;

const wholeNumbers = [
  0,
  1,
  2,
  3,
  5,
  7,
  31,
  64,
  100,
  512,
  513,
  1024,
  100_000,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];
const lengths = [0n, 1n, 255n, 70_000n, 20_000_000n, 2n ** 31n, 2n ** 32n, 2n ** 62n, 2n ** 64n - 1n];

/** Hyper-parameters by their name under the architecture's, with values worth a try. */
const hyperParameters: readonly (readonly [string, readonly number[]])[] = [
  ["block_count", wholeNumbers],
  ["context_length", wholeNumbers],
  ["embedding_length", wholeNumbers],
  ["feed_forward_length", wholeNumbers],
  ["attention.head_count", wholeNumbers],
  ["attention.head_count_kv", wholeNumbers],
  ["attention.key_length", [0, 1, 8, 15, 24, 2 ** 31]],
  ["attention.value_length", [0, 1, 8, 15, 24, 2 ** 31]],
  ["attention.sliding_window", [0, 1, 7, 4096, 2 ** 32 - 1]],
  ["attention.layer_norm_rms_epsilon", [-1, 0, 1e9, Number.NaN]],
  ["attention.layer_norm_epsilon", [-1, Number.NaN]],
  ["expert_count", [1, 4, 2000, 2 ** 32 - 1]],
  ["expert_used_count", [1, 4, 2000]],
  ["expert_group_count", [1, 3, 2000]],
  ["nextn_predict_layers", [1, 2, 3, 2 ** 32 - 1]],
  ["rope.dimension_count", [0, 3, 15, 64, 2 ** 20]],
  ["rope.freq_base", [0, -1, Number.NaN]],
  ["vocab_size", wholeNumbers],
];

const strangeArchitectures = [
  "mamba",
  "qwen2",
  "gpt2",
  "bert",
  "t5",
  "lfm2",
  "gemma3",
  "phi3",
  "deepseek2",
  "clip",
  "",
];

const texts: readonly (readonly [string, readonly string[]])[] = [
  ["general.architecture", ["bogus", ...strangeArchitectures]],
  ["general.type", ["adapter", "mmproj", "imatrix", "bogus"]],
  ["tokenizer.ggml.model", ["none", "no_vocab", "bogus", "llama", "bert", "t5", "rwkv", ""]],
  ["tokenizer.ggml.pre", ["bogus", "llama-bpe", ""]],
  ["tokenizer.chat_template", ["", "{{ nonsense", "{% for %}", "plain words"]],
];

const mutations: Readonly<Record<string, Mutate>> = {
  "magic or version": (parts, random) => {
    if (random.below(4) === 0) parts.magic = random.pick(["GGML", "GGUF".toLowerCase(), "\0\0\0\0"]);
    else parts.version = random.pick([0, 1, 4, 0x0300_0000, 2 ** 32 - 1]);
    return { subject: "magic or version", change: `${parts.magic} ${parts.version}` };
  },
  "count of keys": (parts, random) => {
    parts.extraKeys = random.pick([-3n, -1n, 1n, 2n, 50n, 60_000n, ...lengths.slice(3)]);
    return { subject: "count of keys", change: `${parts.extraKeys} more` };
  },
  "count of tensors": (parts, random) => {
    parts.extraTensors = random.pick([-3n, -1n, 1n, 2n, 50n, 60_000n, ...lengths.slice(3)]);
    return { subject: "count of tensors", change: `${parts.extraTensors} more` };
  },
  "key gone": (parts, random) => {
    const index = random.below(parts.entries.length);
    const [gone] = parts.entries.splice(index, 1);
    return { subject: gone?.key ?? "", change: "gone" };
  },
  "key renamed": (parts, random) => {
    const entry = random.pick(parts.entries);
    const old = entry.key;
    entry.key = random.pick([
      "",
      "\0x",
      `${old}\0`,
      "a\u001b[2J",
      random.pick(parts.entries).key,
      "x".repeat(70_000),
    ]);
    return { subject: old, change: `called ${JSON.stringify(entry.key.slice(0, 40))}` };
  },
  "type of a value": (parts, random) => {
    const entry = random.pick(parts.entries);
    entry.type = random.pick([0, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 255]);
    return { subject: entry.key, change: `has type ${entry.type}, its bytes as before` };
  },
  "value of another type": (parts, random) => {
    const entry = random.pick(parts.entries);
    const [type, value] = random.pick([
      [typeNumbers.text, text("words")],
      [typeNumbers.f32, f32(2.5)],
      [typeNumbers.u64, u64(2n ** 40n)],
      [typeNumbers.i32, i32(-1)],
      [typeNumbers.bool, Buffer.of(1)],
      [typeNumbers.list, Buffer.concat([u32(typeNumbers.u32), u64(0n)])],
      [typeNumbers.list, Buffer.concat([u32(typeNumbers.u32), u64(2n), u32(1), u32(1)])],
    ] as const);
    Object.assign(entry, { type, value });
    return { subject: entry.key, change: `is of type ${type}` };
  },
  "hyper-parameter": (parts, random) => {
    const [name, values] = random.pick(hyperParameters);
    const key = `${architectureOf(parts)}.${name}`;
    const value = random.pick(values);
    const isReal = /epsilon|freq/.test(name);
    put(parts, key, isReal ? typeNumbers.f32 : typeNumbers.u32, isReal ? f32(value) : u32(value));
    return { subject: key, change: `= ${value}` };
  },
  experts: (parts, random) => {
    const values = ["expert_count", "expert_used_count", "expert_group_count", "expert_group_used_count"].map(
      (name) => [name, random.pick([0, 1, 2, 3, 4, 8])] as const,
    );
    for (const [name, value] of values)
      put(parts, `${architectureOf(parts)}.${name}`, typeNumbers.u32, u32(value));
    return { subject: "expert", change: values.map(([, value]) => value).join("/") };
  },
  "hyper-parameter by layer": (parts, random) => {
    const name = random.pick(["attention.head_count", "attention.head_count_kv", "feed_forward_length"]);
    const key = `${architectureOf(parts)}.${name}`;
    const list = Array.from({ length: random.pick([1, 2, 3, 4, 6, 600]) }, () => random.pick([0, 1, 2, 64]));
    put(
      parts,
      key,
      typeNumbers.list,
      Buffer.concat([u32(typeNumbers.u32), u64(BigInt(list.length)), ...list.map(u32)]),
    );
    return { subject: key, change: `= [${list.slice(0, 6).join(", ")}], ${list.length} values` };
  },
  "text value": (parts, random) => {
    const [key, values] = random.pick([
      ...texts,
      [`${architectureOf(parts)}.rope.scaling.type`, ["bogus", "yarn"]],
    ] as const);
    const value = random.pick(values);
    put(parts, key, typeNumbers.text, text(value));
    return { subject: key, change: `= ${JSON.stringify(value)}` };
  },
  "number beside": (parts, random) => {
    const [key, type, value] = random.pick([
      ...[0, 1, 8, 31, 64, 4096, 2 ** 31].map(
        (one) => ["general.alignment", typeNumbers.u32, u32(one)] as const,
      ),
      ...[0, 2, 3].map((one) => ["split.count", typeNumbers.u16, u32(one).subarray(0, 2)] as const),
      ["split.count", typeNumbers.u32, u32(1)] as const,
      ["split.no", typeNumbers.u32, u32(1)] as const,
      ...["bos", "eos", "unknown", "padding"].map(
        (one) =>
          [
            `tokenizer.ggml.${one}_token_id`,
            typeNumbers.u32,
            u32(random.pick([7, 100_000, 2 ** 32 - 1])),
          ] as const,
      ),
    ]);
    put(parts, key, type, value);
    return { subject: key, change: `= ${value.readUIntLE(0, value.length)} of type ${type}` };
  },
  "length of a text": (parts, random) => {
    const entry = random.pick(parts.entries.filter(({ type }) => type === typeNumbers.text));
    const length = random.pick(lengths);
    entry.value.writeBigUInt64LE(length);
    return { subject: entry.key, change: `is ${length} bytes long` };
  },
  "length of a list": (parts, random) => {
    const entry = random.pick(parts.entries.filter(({ type }) => type === typeNumbers.list));
    const length = random.pick([entry.value.readBigUInt64LE(4) + random.pick([-1n, 1n]), ...lengths]);
    entry.value.writeBigUInt64LE(length, 4);
    return { subject: entry.key, change: `counts ${length} values` };
  },
  "type of a list": (parts, random) => {
    const entry = random.pick(parts.entries.filter(({ type }) => type === typeNumbers.list));
    const type = random.pick([0, 4, 5, 6, 8, 9, 12, 13]);
    entry.value.writeUInt32LE(type);
    return { subject: entry.key, change: `lists values of type ${type}` };
  },
  "shorter list": (parts, random) => {
    const entry = random.pick(parts.entries.filter(({ type }) => type === typeNumbers.list));
    const items = itemsOf(entry);
    const kept = items.slice(0, random.pick([0, 1, items.length - 1, Math.floor(items.length / 2)]));
    putItems(entry, kept);
    return { subject: entry.key, change: `has ${kept.length} of ${items.length} values` };
  },
  "item of a list": (parts, random) => {
    const entry = random.pick(parts.entries.filter(({ type }) => type === typeNumbers.list));
    const items = itemsOf(entry);
    const isText = entry.value.readUInt32LE() === typeNumbers.text;
    const index = random.below(items.length);
    const other = random.pick(items);
    items[index] = isText
      ? random.pick([other, text(""), text("a\0b"), invalidText, text("é".repeat(300))])
      : i32(random.pick([-1, 0, 99]));
    putItems(entry, items);
    return { subject: entry.key, change: `has another value ${index}` };
  },
  "tensor gone": (parts, random) => {
    const [gone] = parts.tensors.splice(random.below(parts.tensors.length), 1);
    return { subject: gone?.name ?? "", change: "gone, its data still there" };
  },
  "tensor renamed": (parts, random) => {
    const tensor = random.pick(parts.tensors);
    const old = tensor.name;
    tensor.name = random.pick([
      "",
      "a\u001b[2J",
      `${old}x`,
      random.pick(parts.tensors).name,
      "x".repeat(64),
      "x".repeat(5000),
    ]);
    return { subject: old, change: `called ${JSON.stringify(tensor.name.slice(0, 40))}` };
  },
  "shape of a tensor": (parts, random) => {
    const tensor = random.pick(parts.tensors);
    const index = random.below(tensor.shape.length);
    const size = tensor.shape[index] ?? 1n;
    tensor.shape[index] = random.pick([
      0n,
      1n,
      size - 1n,
      size + 1n,
      size * 2n,
      2n ** 31n,
      2n ** 40n,
      2n ** 63n,
    ]);
    return { subject: tensor.name, change: `is ${tensor.shape.join(" x ")}` };
  },
  "transposed tensor": (parts, random) => {
    const tensor = random.pick(parts.tensors);
    tensor.shape = random.pick([
      tensor.shape.toReversed(),
      [...tensor.shape, 1n],
      [...tensor.shape, 1n, 1n, 1n, 1n],
      [tensor.shape.reduce((a, b) => a * b, 1n)],
      [],
    ]);
    return { subject: tensor.name, change: `is ${tensor.shape.join(" x ")}` };
  },
  "type of a tensor": (parts, random) => {
    const tensor = random.pick(parts.tensors);
    tensor.type = random.pick([0, 1, 2, 4, 8, 12, 16, 24, 28, 30, 36, 39, 42, 43, 255, 2 ** 31]);
    return { subject: tensor.name, change: `is of type ${tensor.type}` };
  },
  "offset of a tensor": (parts, random) => {
    const tensor = random.pick(parts.tensors);
    tensor.offset = BigInt.asUintN(
      64,
      tensor.offset + random.pick([-32n, -1n, 1n, 32n, 64n, 2n ** 30n, 2n ** 62n, -(2n ** 62n)]),
    );
    return { subject: tensor.name, change: `lies at ${tensor.offset}` };
  },
  "cut off": (_parts, random, good) => {
    const length = random.pick([
      good.length - 1,
      good.length - 32,
      random.below(good.length),
      random.below(12_000),
      random.below(64),
      0,
    ]);
    return {
      subject: "end of the file",
      change: `${length} of ${good.length} bytes`,
      bytes: good.subarray(0, length),
    };
  },
  "bytes after the end": (_parts, random, good) => {
    const more = random.pick([1, 32, 1000]);
    return {
      subject: "end of the file",
      change: `${more} bytes more`,
      bytes: Buffer.concat([good, Buffer.alloc(more)]),
    };
  },
  "bytes of the header": (parts, random, good) => {
    const bytes = Buffer.from(good);
    const places = Array.from({ length: 1 + random.below(6) }, () =>
      random.below(good.length - parts.data.length),
    );
    for (const place of places) bytes[place] = random.below(256);
    return { subject: "bytes of the header", change: `at ${places.join(", ")}`, bytes };
  },
  weights: (parts, random) => {
    const word = random.pick([0x7fc0_0000, 0x7f80_0000, 0]);
    for (let place = 0; place + 4 <= parts.data.length; place += 4)
      if (random.below(8) === 0) parts.data.writeUInt32LE(word, place);
    return { subject: "weights", change: `one in eight words is ${word.toString(16)}` };
  },
};

/** All kinds of damage, in a fixed order. */
export const mutationKinds: readonly string[] = Object.keys(mutations);

const invalidText = Buffer.concat([u64(2n), Buffer.of(0xff, 0xfe)]);

function architectureOf(parts: Parts): string {
  const entry = parts.entries.find(({ key }) => key === "general.architecture");
  return entry?.value.subarray(8).toString() ?? "llama";
}

function put(parts: Parts, key: string, type: number, value: Buffer): void {
  const entry = parts.entries.find((one) => one.key === key);
  if (entry === undefined) parts.entries.push({ key, type, value });
  else Object.assign(entry, { type, value });
}
