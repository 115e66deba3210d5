import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { GgufFileInfo, GgufTensorInfo } from "node-llama-cpp";
import { EngineError, messageOf } from "../../errors.ts";
import type { ModelFile } from "./model-files.ts";
import type { KvType } from "./options.ts";
import { fileTypeNames, kvElementBytes, tensorTypes } from "./tensor-types.ts";

/** What a model's header says. Null is unknown. */
export interface CheckedModel {
  readonly path: string;
  readonly parts: readonly string[];
  /** The file's stem: what people call a quantization by; `general.name` is in the metadata. */
  readonly name: string;
  readonly fileName: string;
  /** Of all parts. */
  readonly bytes: number;
  readonly architecture: string;
  readonly parameters: number | null;
  readonly quantization: string | null;
  readonly trainContextLength: number | null;
  readonly blockCount: number | null;
  readonly chatTemplate: string | null;
  /** Without long arrays, the vocabulary among them. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads a model's header in plain JavaScript and refuses what the native code would abort on or choke on later.
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and what is wrong
 */
export async function checkModel(file: ModelFile): Promise<CheckedModel> {
  const fileName = basename(file.path);
  for (const part of file.parts) checkMagic(part);
  const info = await readHeader(file.path, fileName);
  // The binding's types promise what a damaged header need not hold.
  const general = (info.metadata.general ?? {}) as Record<string, unknown>;
  const { architecture, type: kind } = general;
  if (typeof kind === "string" && kind !== "model") refuse(fileName, `it holds a ${kind}, not a model`);
  if (typeof architecture !== "string" || architecture.length === 0)
    refuse(fileName, "its header names no architecture");
  const tensors = info.fullTensorInfo ?? [];
  if (tensors.length === 0) refuse(fileName, "it holds no tensors (a vocabulary alone?)");
  checkShape(fileName, architectureOf(info));
  checkLength(file, tensors);
  const tokenizer = (info.metadata as unknown as { tokenizer?: { chat_template?: unknown } }).tokenizer;
  return {
    path: file.path,
    parts: file.parts,
    name: fileName.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, ""),
    fileName,
    bytes: file.parts.reduce((sum, part) => sum + statSync(part).size, 0),
    architecture,
    parameters: tensors.reduce((sum, tensor) => sum + elementsOf(tensor), 0),
    quantization: quantizationOf(general, tensors),
    trainContextLength: positive(architectureOf(info)["context_length"]),
    blockCount: positive(architectureOf(info)["block_count"]),
    chatTemplate: typeof tokenizer?.chat_template === "string" ? tokenizer.chat_template : null,
    metadata: withoutLongArrays(info.metadata),
  };
}

/**
 * Bytes that one token takes in the KV cache over all layers, or null where the header does not tell (recurrent and
 * hybrid models, latent attention).
 */
export function kvBytesPerToken(model: CheckedModel, keyType: KvType, valueType: KvType): number | null {
  const shape = model.metadata[model.architecture] as Record<string, unknown> | undefined;
  const attention = (shape?.["attention"] ?? {}) as Record<string, unknown>;
  const heads = maximum(attention["head_count"]);
  const width = positive(shape?.["embedding_length"]);
  if (shape?.["ssm"] !== undefined || attention["kv_lora_rank"] !== undefined) return null;
  if (model.blockCount === null || heads === null || width === null) return null;
  const keyLength = positive(attention["key_length"]) ?? width / heads;
  const valueLength = positive(attention["value_length"]) ?? width / heads;
  const headCountKv = attention["head_count_kv"] ?? heads;
  const headsInAll = Array.isArray(headCountKv)
    ? headCountKv.reduce((sum: number, count: unknown) => sum + Number(count), 0)
    : Number(headCountKv) * model.blockCount;
  return headsInAll * (keyLength * kvElementBytes[keyType] + valueLength * kvElementBytes[valueType]);
}

function refuse(fileName: string, why: string): never {
  throw new EngineError("model_unreadable", `${fileName} cannot be used: ${why}.`);
}

function checkMagic(path: string): void {
  const fileName = basename(path);
  const head = Buffer.alloc(8);
  let read = 0;
  try {
    const file = openSync(path, "r");
    read = readSync(file, head);
    closeSync(file);
  } catch (error) {
    refuse(fileName, `it cannot be read (${messageOf(error)})`);
  }
  if (read === 0) refuse(fileName, "the file is empty");
  if (head.toString("latin1", 0, 4) !== "GGUF")
    refuse(fileName, "it is not a GGUF file (its first four bytes are not GGUF)");
  const version = read < 8 ? 0 : head.readUInt32LE(4);
  if (version < 2 || version > 3) refuse(fileName, `GGUF version ${version} is not supported (2 and 3 are)`);
}

async function readHeader(path: string, fileName: string): Promise<GgufFileInfo> {
  const { readGgufFileInfo } = await import("node-llama-cpp");
  try {
    return await readGgufFileInfo(path, { sourceType: "filesystem", logWarnings: false });
  } catch (error) {
    return refuse(fileName, `its header is damaged or cut off (${messageOf(error)})`);
  }
}

function architectureOf(info: GgufFileInfo): Record<string, unknown> {
  return (info.architectureMetadata as unknown as Record<string, unknown> | undefined) ?? {};
}

/** Zeros on which llama.cpp aborts the process. */
function checkShape(fileName: string, shape: Record<string, unknown>): void {
  const attention = (shape["attention"] ?? {}) as Record<string, unknown>;
  const counts: [string, unknown][] = [
    ["block_count", shape["block_count"]],
    ["embedding_length", shape["embedding_length"]],
    ["context_length", shape["context_length"]],
    ["attention.head_count", attention["head_count"]],
    ["attention.head_count_kv", attention["head_count_kv"]],
  ];
  for (const [name, value] of counts) {
    // Lists have an entry a layer; some layers may have none.
    if (value !== undefined && maximum(value) === null)
      refuse(fileName, `its header says ${name} = ${JSON.stringify(plain(value))}`);
  }
}

function checkLength(file: ModelFile, tensors: readonly GgufTensorInfo[]): void {
  const sizes = file.parts.map((part) => statSync(part).size);
  for (const tensor of tensors) {
    const type = tensorTypes[tensor.ggmlType];
    const part = tensor.filePart - 1;
    const have = sizes[part];
    if (have === undefined)
      refuse(basename(file.path), `tensor ${tensor.name} lies in a part that is not there`);
    const bytes =
      type === undefined ? 1 : Math.ceil(elementsOf(tensor) / type.blockElements) * type.blockBytes;
    const end = Number(tensor.fileOffset) + bytes;
    if (end > have) {
      refuse(
        basename(file.parts[part] ?? file.path),
        `it is cut off: tensor ${tensor.name} ends at byte ${end}, and the file has ${have}. Download it again`,
      );
    }
  }
}

function elementsOf(tensor: GgufTensorInfo): number {
  return tensor.dimensions.reduce<number>((product, size) => product * Number(size), 1);
}

function quantizationOf(general: Record<string, unknown>, tensors: readonly GgufTensorInfo[]): string | null {
  const fileType = general["file_type"];
  const name = typeof fileType === "number" ? fileTypeNames[fileType] : undefined;
  if (name !== undefined) return name;
  const elements = new Map<string, number>();
  for (const tensor of tensors) {
    const type = tensorTypes[tensor.ggmlType]?.name;
    if (type !== undefined) elements.set(type, (elements.get(type) ?? 0) + elementsOf(tensor));
  }
  return [...elements].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function positive(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : null;
}

/** The largest of a number or of a list a layer; null when none is above 0. */
function maximum(value: unknown): number | null {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  const known = values.map(positive).filter((number) => number !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

const longestArray = 64;

function withoutLongArrays(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.length > longestArray ? { length: value.length } : value.map(plain);
  if (typeof value === "object" && value !== null) return withoutLongArrays(value);
  return value;
}
