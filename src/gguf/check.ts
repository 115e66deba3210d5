import { statSync } from "node:fs";
import type { GgufFileInfo } from "node-llama-cpp";
import { messageOf } from "../errors.ts";
import { checkBounds } from "./bounds.ts";
import { type ModelFile, stemOf } from "./files.ts";
import { type KvType, kvElementBytes } from "./tensor-types.ts";
import { refuseModel } from "./refusal.ts";
import { hasRecurrentState, type ModelShape, readShape } from "./shape.ts";

/** What a model's header says. Null is unknown. */
export interface CheckedModel extends ModelShape {
  readonly path: string;
  readonly parts: readonly string[];
  /** The file's stem: what people call a quantization by, and what two files of one model differ in. */
  readonly name: string;
  /** Of all parts. */
  readonly bytes: number;
  readonly architecture: string;
  /** Elements of all tensors. */
  readonly parameters: number;
  /** As llama.cpp names the mix ("Q4_K_M"), else the type that most elements have. */
  readonly quantization: string | null;
  readonly chatTemplate: string | null;
  /** Nested by the dots in the keys; a list of more than 64 entries is `{ length }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads a model's header in plain JavaScript. Of most damage llama.cpp itself says what it is, in the worker process;
 * refused here is what would keep a reader busy for ever or fill the memory, and what llama.cpp aborts on without
 * naming it (`npx tsx bench/durability/bad-files.ts`).
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and what is wrong
 */
export async function checkModel(file: ModelFile): Promise<CheckedModel> {
  const infos: GgufFileInfo[] = [];
  for (const part of file.parts) infos.push(await readHeader(part));
  const { path } = file;
  const metadata = section(infos[0]?.metadata);
  const general = section(metadata["general"]);
  const { architecture } = general;
  if (typeof architecture !== "string" || architecture === "")
    return refuseModel(path, "its header names no architecture");
  const tokenizer = section(metadata["tokenizer"]);
  checkVocabulary(path, section(tokenizer["ggml"]));
  const chatTemplate = tokenizer["chat_template"];
  return {
    ...readShape(path, architecture, section(plain(section(metadata[architecture]), layerListMax))),
    path,
    parts: file.parts,
    name: stemOf(path),
    bytes: file.parts.reduce((sum, part) => sum + statSync(part).size, 0),
    architecture,
    ...(await weightsOf(path, infos, general["file_type"])),
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
  if (blockCount === null || headCountKv === null || keyLength === null || valueLength === null) return null;
  if (keyLengthSwa !== keyLength || valueLengthSwa !== valueLength) return null;
  // The last ones of some models read the cache of earlier ones.
  const cachedLayers = Math.max(0, blockCount - Number(attention["shared_kv_layers"] ?? 0));
  const heads =
    typeof headCountKv === "number"
      ? headCountKv * cachedLayers
      : headCountKv.slice(0, cachedLayers).reduce((sum, count) => sum + count, 0);
  return heads * (keyLength * kvElementBytes[keyType] + valueLength * kvElementBytes[valueType]);
}

const listMax = 64;
/** llama.cpp's limit of layers: lists with an entry for each are looked at. */
const layerListMax = 512;

async function readHeader(path: string): Promise<GgufFileInfo> {
  checkBounds(path);
  const { readGgufFileInfo } = await import("node-llama-cpp");
  let info: GgufFileInfo;
  try {
    info = await readGgufFileInfo(path, {
      sourceType: "filesystem",
      logWarnings: false,
      spliceSplitFiles: false,
    });
  } catch (error) {
    return refuseModel(path, `its header is damaged or cut off (${messageOf(error)})`);
  }
  const { size } = statSync(path);
  const beyond = info.fullTensorInfo?.find(({ fileOffset }) => Number(fileOffset) >= size);
  // Half a download, known before a suite begins; where the last tensor alone is cut, llama.cpp says so.
  if (beyond !== undefined)
    refuseModel(
      path,
      `it is cut off: tensor ${beyond.name} begins at byte ${beyond.fileOffset}, and the file has ${size}; download it again`,
    );
  return info;
}

function checkVocabulary(path: string, { tokens }: Record<string, unknown>): void {
  if (!Array.isArray(tokens)) return;
  if (tokens.length === 0) refuseModel(path, "it has no vocabulary");
  // Any number of empty ones is fine; of others llama.cpp allows no two alike.
  const named = tokens.filter((token) => token !== "");
  if (new Set(named).size !== named.length) refuseModel(path, "its vocabulary has a token twice");
}

/** The binding knows their names, but not their sizes. */
const removedTypes = /^(Q4_2|Q4_3|Q4_0_4_4|Q4_0_4_8|Q4_0_8_8|IQ4_NL_4_4|IQ4_NL_4_8|IQ4_NL_8_8)$/;

async function weightsOf(
  path: string,
  infos: readonly GgufFileInfo[],
  fileType: unknown,
): Promise<Pick<CheckedModel, "parameters" | "quantization">> {
  const { GgmlType, GgufFileType } = await import("node-llama-cpp");
  const elementsByType = new Map<string, number>();
  for (const { name, ggmlType, dimensions } of infos.flatMap(({ fullTensorInfo }) => fullTensorInfo ?? [])) {
    const elements = dimensions.reduce<number>((product, size) => product * Number(size), 1);
    const type: string | undefined = GgmlType[ggmlType];
    if (type === undefined || removedTypes.test(type))
      return refuseModel(path, `tensor ${name} has type ${type ?? ggmlType}, which llama.cpp does not read`);
    elementsByType.set(type, (elementsByType.get(type) ?? 0) + elements);
  }
  const [most] = [...elementsByType].toSorted((a, b) => b[1] - a[1]);
  const mix =
    typeof fileType === "number" ? GgufFileType[fileType]?.replace(/^(ALL|MOSTLY)_/, "") : undefined;
  return {
    parameters: [...elementsByType.values()].reduce((sum, elements) => sum + elements, 0),
    quantization: mix ?? most?.[0] ?? null,
  };
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
