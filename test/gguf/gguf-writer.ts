import { writeFileSync } from "node:fs";

/** A metadata value: plain ones get a type by what they are, others name it. */
export type GgufValue = string | number | boolean | readonly string[] | readonly number[] | TypedValue;

export interface TypedValue {
  readonly type: GgufType;
  readonly value: string | number | bigint | boolean | readonly (string | number)[];
}

export type GgufType = keyof typeof typeNumbers;

export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** ggml's number; F32 (0) unless told. */
  readonly type?: number;
  /** Zeros of the right length unless told; `bytes` for types that are not F32. */
  readonly data?: Float32Array;
  readonly bytes?: number;
}

export interface GgufContent {
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensor[];
  /** Lies for the header; what is really there unless told. */
  readonly version?: number;
  readonly keyCount?: bigint;
  readonly tensorCount?: bigint;
}

/** Writes a small GGUF, good or (by the lies in `content`) bad. */
export function writeGguf(path: string, content: GgufContent): void {
  writeFileSync(path, encodeGguf(content));
}

/** The bytes of a GGUF, tensor data padded to 32 bytes as llama.cpp wants it. */
export function encodeGguf(content: GgufContent): Buffer {
  const entries = Object.entries(content.metadata);
  const pieces = [
    Buffer.from("GGUF"),
    u32(content.version ?? 3),
    u64(content.tensorCount ?? BigInt(content.tensors.length)),
    u64(content.keyCount ?? BigInt(entries.length)),
    ...entries.flatMap(([key, value]) => [text(key), ...encodeValue(typed(value))]),
  ];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of content.tensors) {
    const shape = tensor.shape.map((size) => u64(BigInt(size)));
    pieces.push(text(tensor.name), u32(shape.length), ...shape, u32(tensor.type ?? 0), u64(BigInt(offset)));
    const bytes = padded(tensorData(tensor));
    data.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([padded(Buffer.concat(pieces)), ...data]);
}

/** A value whose type is not the one that a plain JavaScript value gets. */
export function as(type: GgufType, value: TypedValue["value"]): TypedValue {
  return { type, value };
}

const typeNumbers = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  uint64: 10,
  int64: 11,
  float64: 12,
  "string[]": 8,
  "int32[]": 5,
  "uint32[]": 4,
  "float32[]": 6,
} as const;

const arrayType = 9;

function typed(value: GgufValue): TypedValue {
  if (typeof value === "string") return as("string", value);
  if (typeof value === "boolean") return as("bool", value);
  if (typeof value === "number")
    return as(Number.isInteger(value) && value >= 0 ? "uint32" : "float32", value);
  if ("type" in value) return value;
  return as(value.some((item) => typeof item === "string") ? "string[]" : "int32[]", value);
}

function encodeValue({ type, value }: TypedValue): Buffer[] {
  if (!Array.isArray(value)) return [u32(typeNumbers[type]), encodeScalar(type, value as string | number)];
  const inner = type.slice(0, -2) as GgufType;
  const items = value.map((item: string | number) => encodeScalar(inner, item));
  return [u32(arrayType), u32(typeNumbers[type]), u64(BigInt(items.length)), ...items];
}

function encodeScalar(type: GgufType, value: string | number | bigint | boolean): Buffer {
  if (type === "string") return text(String(value));
  if (type === "uint64" || type === "int64") return u64(BigInt.asUintN(64, BigInt(value)));
  const buffer = Buffer.alloc(8);
  const number = Number(value);
  if (type === "uint8" || type === "bool") return buffer.subarray(0, buffer.writeUInt8(number));
  if (type === "int8") return buffer.subarray(0, buffer.writeInt8(number));
  if (type === "uint16") return buffer.subarray(0, buffer.writeUInt16LE(number));
  if (type === "int16") return buffer.subarray(0, buffer.writeInt16LE(number));
  if (type === "uint32") return buffer.subarray(0, buffer.writeUInt32LE(number));
  if (type === "int32") return buffer.subarray(0, buffer.writeInt32LE(number));
  if (type === "float32") return buffer.subarray(0, buffer.writeFloatLE(number));
  return buffer.subarray(0, buffer.writeDoubleLE(number));
}

function tensorData({ shape, data, bytes }: GgufTensor): Buffer {
  if (data !== undefined) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.alloc(bytes ?? shape.reduce((product, size) => product * size, 4));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
}
