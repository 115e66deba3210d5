import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { namesReasoning } from "../chat/names-reasoning.ts";
import { EngineError, messageOf } from "../errors.ts";
import { isLoadable, purposeOf } from "../gguf/architectures.ts";
import type { HeaderValue } from "../gguf/bounds.ts";
import { cacheFile, filesIdentity, readCache, writeCache } from "../gguf/cache.ts";
import { type Header, readHeader } from "../gguf/header.ts";
import { kvBytesPerToken } from "../gguf/kv-cache.ts";
import { readShape } from "../gguf/shape.ts";
import { typeNames } from "../gguf/type-names.ts";

/** What a file is besides a model that answers. */
export type ApartKind =
  | "adapter"
  | "damaged"
  | "draft"
  | "embedder"
  | "imatrix"
  | "parts"
  | "projector"
  | "reranker"
  | "speech"
  | "unloadable"
  | "vocabulary";

export interface Apart {
  readonly kind: ApartKind;
  /** Of damage what it is, of missing parts their names, of an architecture its name; else null. */
  readonly detail: string | null;
}

/** What a model's header tells. Null: it does not. */
export interface Described {
  readonly architecture: string | null;
  /** Of all parts. */
  readonly bytes: number;
  /** Elements of all tensors. */
  readonly parameters: number;
  readonly tensorBytes: number;
  /** As the file calls its mix. */
  readonly quantization: string | null;
  /** By the tensors that are there: the share of all weights that have a type, the largest first. */
  readonly weights: readonly { readonly type: string; readonly share: number }[];
  readonly trainContextLength: number | null;
  /** Whether it brings a chat template: it was made for conversations. */
  readonly hasTemplate: boolean;
  /** Whether its template knows of reasoning. */
  readonly canReason: boolean;
  /** Of the KV cache with 16 bits a value, as a run has it unless told. */
  readonly kvBytesPerToken: number | null;
  /** Why it is not among the models; null: it is. */
  readonly apart: Apart | null;
}

/**
 * Describes files by their headers alone, in their order. What was read once is kept until a file changes.
 *
 * @param files all parts of each
 * @param options whether what is read now is kept; what was, is used
 */
export async function describeAll(
  files: readonly (readonly string[])[],
  { isKept } = { isKept: true },
): Promise<Described[]> {
  const cache = cacheFile("headers.json");
  const kept = readCache(cache);
  const before = kept.size;
  let isNew = false;
  const described: Described[] = [];
  for (const parts of files) {
    const key = parts.join("\n");
    const identity = identityOf(parts);
    const known = kept.get(key) as Kept | undefined;
    const isKnown = identity !== null && known?.identity === identity;
    const one = isKnown ? known.described : await describe(parts);
    described.push(loadableOrApart(one));
    // What could not be read may be readable tomorrow, as the same file.
    if (isKnown || identity === null || one.apart?.kind === "damaged") continue;
    kept.set(key, { identity, described: one } satisfies Kept);
    isNew = true;
  }
  if (isNew && isKept) writeCache(cache, before < forgetFrom ? kept : stillThere(kept));
  return described;
}

/** Asked anew each time: another release may know it. */
function loadableOrApart(described: Described): Described {
  const { apart, architecture } = described;
  if (apart !== null || architecture === null || isLoadable(architecture)) return described;
  return { ...described, apart: { kind: "unloadable", detail: architecture } };
}

interface Kept {
  readonly identity: string;
  readonly described: Described;
}

/** Grows with what is told of a header: descriptions of earlier versions are made anew. */
const version = 1;
/** From so many on, those whose file went are dropped. */
const forgetFrom = 1000;

/** Null: a part is missing. */
function identityOf(parts: readonly string[]): string | null {
  try {
    return `${version} ${filesIdentity(parts)}`;
  } catch {
    return null;
  }
}

function stillThere(kept: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map([...kept].filter(([key]) => existsSync(key.split("\n")[0] ?? "")));
}

async function describe(parts: readonly string[]): Promise<Described> {
  const missing = parts.filter((part) => !existsSync(part)).map((part) => basename(part));
  const there = parts.filter((part) => existsSync(part));
  if (there.length > 0 && missing.length > 0)
    return { ...nothing, apart: { kind: "parts", detail: missing.join(", ") } };
  try {
    const bytes = parts.reduce((sum, part) => sum + statSync(part).size, 0);
    return await describeHeaders(parts.map(readHeader), bytes);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...nothing, apart: { kind: "damaged", detail: messageOf(error) } };
  }
}

const nothing: Described = {
  architecture: null,
  bytes: 0,
  parameters: 0,
  tensorBytes: 0,
  quantization: null,
  weights: [],
  trainContextLength: null,
  hasTemplate: false,
  canReason: false,
  kvBytesPerToken: null,
  apart: null,
};

/** The first part's values are those of the model. */
async function describeHeaders(headers: readonly Header[], bytes: number): Promise<Described> {
  const values = headers[0]?.values ?? new Map<string, HeaderValue>();
  const template = values.get("tokenizer.chat_template");
  const architecture = textOf(values, "general.architecture");
  const own = nested(values)[architecture ?? ""];
  const shape = readShape(architecture ?? "", Object(own) as Record<string, unknown>);
  const metadata = { [architecture ?? ""]: own };
  return {
    architecture,
    bytes,
    ...(await weightsOf(headers)),
    tensorBytes: headers.reduce((sum, { tensorBytes }) => sum + tensorBytes, 0),
    trainContextLength: shape.trainContextLength,
    hasTemplate: typeof template === "string" && template !== "",
    canReason: typeof template === "string" && namesReasoning(template),
    kvBytesPerToken:
      architecture === null ? null : kvBytesPerToken({ ...shape, architecture, metadata }, "f16", "f16"),
    apart: apartOf(headers, architecture),
  };
}

async function weightsOf(
  headers: readonly Header[],
): Promise<Pick<Described, "parameters" | "quantization" | "weights">> {
  const names = await typeNames();
  const elements = new Map<string, number>();
  for (const { type, elements: count } of headers.flatMap(({ tensors }) => tensors)) {
    const name = names.ofTensor(type) ?? `type ${type}`;
    elements.set(name, (elements.get(name) ?? 0) + count);
  }
  const parameters = [...elements.values()].reduce((sum, count) => sum + count, 0);
  const weights = [...elements]
    .map(([type, count]) => ({ type, share: count / parameters }))
    .toSorted((one, other) => other.share - one.share);
  const fileType = headers[0]?.values.get("general.file_type");
  return { parameters, weights, quantization: names.ofMix(fileType) ?? weights[0]?.type ?? null };
}

function apartOf(headers: readonly Header[], architecture: string | null): Apart | null {
  const values = headers[0]?.values ?? new Map<string, HeaderValue>();
  const tensors = headers.flatMap(({ tensors }) => tensors);
  const kind = kindOf(values, architecture, tensors);
  if (kind !== null) return { kind, detail: null };
  return architecture === null ? { kind: "damaged", detail: null } : null;
}

const pooledByRank = 4;

function kindOf(
  values: Header["values"],
  architecture: string | null,
  tensors: Header["tensors"],
): ApartKind | null {
  const type = textOf(values, "general.type");
  if (type === "adapter" || type === "imatrix") return type;
  if (type === "mmproj" || architecture === "clip") return "projector";
  if (tensors.length === 0) return "vocabulary";
  const pooling = values.get(`${architecture}.pooling_type`) ?? 0;
  if (pooling === pooledByRank || tensors.some(({ name }) => name.startsWith("cls."))) return "reranker";
  // Whatever its architecture: its answer is one vector of the whole text.
  return pooling !== 0 ? "embedder" : purposeOf(architecture ?? "");
}

function textOf(values: Header["values"], key: string): string | null {
  const value = values.get(key);
  return typeof value === "string" && value !== "" ? value : null;
}

/** By the dots in the keys. */
function nested(values: Header["values"]): Record<string, unknown> {
  const top: Record<string, unknown> = {};
  for (const [key, value] of values) {
    const parts = key.split(".");
    let at = top;
    for (const part of parts.slice(0, -1)) {
      if (!Object.hasOwn(at, part) || typeof at[part] !== "object") at[part] = {};
      at = at[part] as Record<string, unknown>;
    }
    at[parts.at(-1) ?? ""] = value;
  }
  return top;
}
