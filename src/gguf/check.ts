import { statSync } from "node:fs";
import { basename } from "node:path";
import type { GgufFileInfo } from "node-llama-cpp";
import { messageOf } from "../errors.ts";
import { checkBounds, companionOf } from "./bounds.ts";
import type { ModelFile } from "./files.ts";
import { refuseModel } from "./refusal.ts";
import { hasRecurrentState, type ModelShape, readShape } from "./shape.ts";
import { addSummaries, checkTensors, type TensorSummary } from "./tensors.ts";
import { fileTypeNames, type KvType, kvElementBytes } from "./tensor-types.ts";

/** What a model's header says. Null is unknown. */
export interface CheckedModel extends ModelShape {
  readonly path: string;
  readonly parts: readonly string[];
  /** The file's stem: what people call a quantization by, and what two files of one model differ in. */
  readonly name: string;
  /** `general.name`, the same for all quantizations of a model. */
  readonly title: string | null;
  readonly fileName: string;
  /** Of all parts. */
  readonly bytes: number;
  readonly architecture: string;
  /** Elements of all tensors. */
  readonly parameters: number | null;
  /** As llama.cpp names the mix ("Q4_K_M"), else the type that most elements have. */
  readonly quantization: string | null;
  readonly vocabSize: number;
  readonly hasChatTemplate: boolean;
  readonly chatTemplate: string | null;
  /** Nested by the dots in the keys; a list of more than 64 entries is `{ length }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads a model's header in plain JavaScript and refuses what the native code would abort on or choke on later.
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and what is wrong
 */
export async function checkModel(file: ModelFile): Promise<CheckedModel> {
  const headers: Header[] = [];
  for (const part of file.parts) headers.push(await readHeader(part));
  const { path } = file;
  const [first] = headers;
  if (first === undefined) return refuseModel(path, "it has no parts");
  const { metadata } = first.info;
  const general = section(metadata.general);
  const architecture = await checkKind(path, general);
  const tensors = addSummaries(
    path,
    headers.map((header) => header.tensors),
  );
  checkSplit(headers, tensors.names.length);
  const shape = readShape(path, architecture, section(plain(section(metadata)[architecture], layerListMax)));
  const tokenizer = section(section(metadata)["tokenizer"]);
  const vocabSize = checkVocabulary(path, section(tokenizer["ggml"]));
  const chatTemplate = tokenizer["chat_template"];
  return {
    ...shape,
    path,
    parts: file.parts,
    name: basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, ""),
    title: typeof general["name"] === "string" ? general["name"] : null,
    fileName: basename(path),
    bytes: headers.reduce((sum, header) => sum + header.fileBytes, 0),
    architecture,
    parameters: tensors.elements,
    quantization: quantizationOf(general["file_type"], tensors),
    vocabSize,
    hasChatTemplate: typeof chatTemplate === "string",
    chatTemplate: typeof chatTemplate === "string" ? chatTemplate : null,
    metadata: section(plain(metadata, listMax)),
  };
}

/**
 * Bytes that one token takes in the KV cache over all layers, or null where the header does not tell (recurrent and
 * hybrid models, latent attention, windowed layers of another width). A window does not shrink it: the cache is full
 * size for every layer, so that any prefix can be reused.
 */
export function kvBytesPerToken(model: CheckedModel, keyType: KvType, valueType: KvType): number | null {
  const { architecture, blockCount, headCountKv, keyLength, valueLength } = model;
  const attention = section(section(model.metadata[architecture])["attention"]);
  const keyLengthSwa = attention["key_length_swa"] ?? keyLength;
  const valueLengthSwa = attention["value_length_swa"] ?? valueLength;
  if (hasRecurrentState(architecture) || attention["kv_lora_rank"] !== undefined) return null;
  if (headCountKv === null || keyLength === null || valueLength === null) return null;
  if (keyLengthSwa !== keyLength || valueLengthSwa !== valueLength) return null;
  // The last ones of some models read the cache of earlier ones.
  const cachedLayers = Math.max(0, blockCount - Number(attention["shared_kv_layers"] ?? 0));
  const heads =
    typeof headCountKv === "number"
      ? headCountKv * cachedLayers
      : headCountKv.slice(0, cachedLayers).reduce((sum, count) => sum + count, 0);
  return heads * (keyLength * kvElementBytes[keyType] + valueLength * kvElementBytes[valueType]);
}

/** One part's. */
interface Header {
  readonly path: string;
  readonly info: GgufFileInfo;
  readonly fileBytes: number;
  readonly tensors: TensorSummary;
}

const listMax = 64;
/** llama.cpp's limit of layers: lists with an entry for each are looked at. */
const layerListMax = 512;

async function readHeader(path: string): Promise<Header> {
  checkBounds(path);
  const { readGgufFileInfo } = await import("node-llama-cpp");
  let info: GgufFileInfo;
  let fileBytes: number;
  try {
    info = await readGgufFileInfo(path, {
      sourceType: "filesystem",
      logWarnings: false,
      spliceSplitFiles: false,
    });
    fileBytes = statSync(path).size;
  } catch (error) {
    return refuseModel(path, `its header is damaged or cut off (${messageOf(error)})`);
  }
  const alignment = section(info.metadata.general)["alignment"] ?? 32;
  if (typeof alignment !== "number" || !Number.isInteger(Math.log2(alignment)))
    return refuseModel(
      path,
      `its header says general.alignment = ${JSON.stringify(plain(alignment, listMax))}`,
    );
  const region = { path, startByte: info.infoEndOffset ?? 0, fileBytes, alignment };
  return { path, info, fileBytes, tensors: checkTensors(info.fullTensorInfo ?? [], region) };
}

/** @returns the architecture */
async function checkKind(path: string, general: Record<string, unknown>): Promise<string> {
  const { architecture, type } = general;
  const companion = companionOf({ type, architecture });
  if (companion !== null) refuseModel(path, `it holds ${companion}, not a model`);
  if (typeof architecture !== "string" || architecture === "")
    return refuseModel(path, "its header names no architecture");
  const known = await knownArchitectures();
  if (!known.has(architecture))
    refuseModel(path, `its architecture "${architecture}" is not known to this llama.cpp`);
  return architecture;
}

/** The binding's list is an object at run time; its types call it a constant that is gone after compiling. */
async function knownArchitectures(): Promise<ReadonlySet<string>> {
  const binding = (await import("node-llama-cpp")) as unknown as {
    GgufArchitectureType: Readonly<Record<string, string>>;
  };
  return new Set([...Object.values(binding.GgufArchitectureType), ...architecturesNotListed]);
}

/** In llama.cpp's own list (llama-arch.cpp of the pinned release), but not in the binding's. */
const architecturesNotListed = [
  "qwen4exp",
  "granite_swa",
  "bailingmoe3",
  "dots3note",
  "minimax-01",
  "kimi-k3",
  "pockettts",
];

/** Whether the parts say themselves that they are the parts that their names say. */
function checkSplit(headers: readonly Header[], tensorCount: number): void {
  for (const [index, { path, info }] of headers.entries()) {
    const split = section(section(info.metadata)["split"]);
    const count = split["count"] ?? 1;
    if (count !== headers.length && !(headers.length === 1 && count === 0))
      refuseModel(
        path,
        `its header says that it is one of ${JSON.stringify(plain(count, listMax))} parts, its name one of ${headers.length}`,
      );
    if (headers.length === 1) return;
    if (split["no"] !== index)
      refuseModel(
        path,
        `its header says that it is part ${Number(split["no"]) + 1}, its name part ${index + 1}`,
      );
    const total = section(split["tensors"])["count"];
    if (index === 0 && total !== tensorCount)
      refuseModel(path, `its parts hold ${tensorCount} tensors, and its header says ${Number(total)}`);
  }
}

/** @returns how many tokens there are */
function checkVocabulary(path: string, tokenizer: Record<string, unknown>): number {
  const { model, tokens, merges } = tokenizer;
  if (typeof model !== "string" || model === "none" || model === "no_vocab")
    refuseModel(path, "it has no tokenizer");
  if (!isTextList(tokens) || tokens.length === 0) return refuseModel(path, "it has no vocabulary");
  if (merges !== undefined && !isTextList(merges))
    refuseModel(path, "its tokenizer.ggml.merges is not a list of texts");
  // Any number of empty ones is fine; of others llama.cpp allows no two alike.
  const named = tokens.filter((token) => token !== "");
  if (new Set(named).size !== named.length) refuseModel(path, "its vocabulary has a token twice");
  return tokens.length;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function quantizationOf(fileType: unknown, tensors: TensorSummary): string | null {
  const name = typeof fileType === "number" ? fileTypeNames[fileType] : undefined;
  return name ?? [...tensors.elementsByType].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A copy that can be written as JSON. */
function plain(value: unknown, longest: number): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value))
    return value.length > longest ? { length: value.length } : value.map((item) => plain(item, longest));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, longest)]));
}
