import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { GgufFileInfo } from "node-llama-cpp";
import { messageOf } from "../errors.ts";
import { checkBounds } from "./bounds.ts";
import { checkAlignment, checkFields } from "./fields.ts";
import { type ModelFile, stemOf } from "./files.ts";
import { refuseModel } from "./refusal.ts";
import { type ModelShape, readShape } from "./shape.ts";
import { typeNames } from "./type-names.ts";

/** What a model's header says. Null is unknown. */
export interface CheckedModel extends ModelShape {
  readonly path: string;
  readonly parts: readonly string[];
  /** As the tool that keeps it calls it, else the file's stem: what people call a quantization by. */
  readonly name: string;
  /** Of all parts. */
  readonly bytes: number;
  readonly architecture: string;
  /** Elements of all tensors. */
  readonly parameters: number;
  /** From the first tensor to the end of each part, what pads tensors included. */
  readonly tensorBytes: number;
  /**
   * Of the weights that llama.cpp puts into another order for wide registers when it loads them, at most: they are
   * ordinary memory then, which the system cannot take back as it can pages of the file.
   */
  readonly repackedBytes: number;
  /** As llama.cpp names the mix ("Q4_K_M"), else the type that most elements have. */
  readonly quantization: string | null;
  readonly chatTemplate: string | null;
  /** Nested by the dots in the keys; a list of more than 64 entries is `{ length }`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads a model's header in plain JavaScript. Of most damage llama.cpp itself says what it is, in the worker process;
 * refused here is what would keep a reader busy for ever or fill the memory, and what llama.cpp aborts on without
 * naming it, misnames or overlooks (`npx tsx bench/fuzz/gguf.ts`).
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and what is wrong
 */
export async function checkModel(file: ModelFile): Promise<CheckedModel> {
  assertWhole(file);
  const infos: GgufFileInfo[] = [];
  for (const part of file.parts) infos.push(await readHeader(part));
  const { path } = file;
  const metadata = section(infos[0]?.metadata);
  const general = section(metadata["general"]);
  const { architecture } = general;
  if (typeof architecture !== "string" || architecture === "")
    return refuseModel(path, "its header names no architecture (general.architecture)");
  const tokenizer = section(metadata["tokenizer"]);
  const own = section(metadata[architecture]);
  checkAlignment(path, general["alignment"]);
  checkFields(path, {
    architecture,
    values: flat(own),
    vocabulary: flat(section(tokenizer["ggml"])),
    widest: widestOf(infos),
  });
  const chatTemplate = tokenizer["chat_template"];
  return {
    ...readShape(architecture, section(plain(own, layerListMax))),
    path,
    parts: file.parts,
    name: file.name ?? stemOf(path),
    bytes: sumOf(file.parts.map(sizeOf)),
    tensorBytes: sumOf(file.parts.map((part, index) => tensorBytesOf(part, infos[index]))),
    architecture,
    ...(await weightsOf(path, infos, general["file_type"])),
    chatTemplate: typeof chatTemplate === "string" ? chatTemplate : null,
    metadata: section(plain(metadata, listMax)),
  };
}

const listMax = 64;
/** llama.cpp's limit of layers: lists with an entry for each are looked at. */
const layerListMax = 512;

function assertWhole({ path, parts }: ModelFile): void {
  const missing = parts.filter((part) => !existsSync(part)).map((part) => basename(part));
  if (missing.length === 0 || parts.length === 1) return;
  const listed =
    missing.slice(0, 8).join(", ") + (missing.length > 8 ? ` and ${missing.length - 8} more` : "");
  refuseModel(path, `parts of this split model are missing: ${listed}; put all parts into one folder`);
}

/** It may be gone at any moment. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    return refuseModel(path, `it cannot be read (${messageOf(error)})`);
  }
}

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
  const size = sizeOf(path);
  const beyond = info.fullTensorInfo?.find(({ fileOffset }) => Number(fileOffset) >= size);
  // Half a download, known before a suite begins; where the last tensor alone is cut, llama.cpp says so.
  if (beyond !== undefined)
    refuseModel(
      path,
      `it is cut off: tensor ${beyond.name} begins at byte ${beyond.fileOffset}, and the file has ${size}; download it again`,
    );
  return info;
}

/** Of numbers that no layer is made of; a table of others (experts by token, say) may be. */
const unusableTypes = /^(I8|I16|I64|F64)$/;
/** The binding knows their names, but not their sizes. */
const removedTypes = /^(Q4_2|Q4_3|Q4_0_4_4|Q4_0_4_8|Q4_0_8_8|IQ4_NL_4_4|IQ4_NL_4_8|IQ4_NL_8_8)$/;

/** Types that some processor has llama.cpp repack; an element takes the same in each. */
const repackedTypes: ReadonlySet<string> = new Set(["Q4_0", "Q4_K", "IQ4_NL"]);
const repackedElementBytes = 4.5 / 8;

async function weightsOf(
  path: string,
  infos: readonly GgufFileInfo[],
  fileType: unknown,
): Promise<Pick<CheckedModel, "parameters" | "quantization" | "repackedBytes">> {
  const names = await typeNames();
  const elementsByType = new Map<string, number>();
  let repackedElements = 0;
  for (const { name, ggmlType, dimensions } of infos.flatMap(({ fullTensorInfo }) => fullTensorInfo ?? [])) {
    const elements = dimensions.reduce<number>((product, size) => product * Number(size), 1);
    const type = names.ofTensor(ggmlType);
    if (type === undefined || removedTypes.test(type))
      return refuseModel(path, `tensor ${name} has type ${type ?? ggmlType}, which llama.cpp does not read`);
    if (unusableTypes.test(type) || (type === "I32" && name.endsWith("norm.weight")))
      refuseModel(path, `tensor ${name} has type ${type}, with which llama.cpp does not compute`);
    elementsByType.set(type, (elementsByType.get(type) ?? 0) + elements);
    // Of the input's table single rows are read, as they are.
    if (repackedTypes.has(type) && !name.startsWith("token_embd")) repackedElements += elements;
  }
  const [most] = [...elementsByType].toSorted((a, b) => b[1] - a[1]);
  return {
    parameters: sumOf([...elementsByType.values()]),
    repackedBytes: Math.round(repackedElements * repackedElementBytes),
    quantization: names.ofMix(fileType) ?? most?.[0] ?? null,
  };
}

function tensorBytesOf(path: string, info: GgufFileInfo | undefined): number {
  const starts = (info?.fullTensorInfo ?? []).map(({ fileOffset }) => Number(fileOffset));
  return starts.length === 0 ? 0 : sizeOf(path) - Math.min(...starts);
}

function widestOf(infos: readonly GgufFileInfo[]): number | null {
  let widest: number | null = null;
  for (const { name, dimensions } of infos.flatMap(({ fullTensorInfo }) => fullTensorInfo ?? []))
    if (name.includes("blk.")) widest = Math.max(widest ?? 0, ...dimensions.map(Number));
  return widest;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** By keys with dots again. */
function flat(values: Record<string, unknown>, before = ""): Map<string, unknown> {
  return new Map(
    Object.entries(values).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        return [...flat(section(value), `${before}${key}.`)];
      return [[before + key, typeof value === "bigint" ? Number(value) : value]];
    }),
  );
}

/** A copy that can be written as JSON. */
function plain(value: unknown, longest: number): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value))
    return value.length > longest ? { length: value.length } : value.map((item) => plain(item, longest));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, longest)]));
}
