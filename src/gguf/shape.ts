import { refuseModel } from "./refusal.ts";

/** The hyper-parameters that say how large a model and its cache are. Null is unknown. */
export interface ModelShape {
  readonly trainContextLength: number;
  /** Layers. */
  readonly blockCount: number;
  readonly embeddingLength: number;
  /** Heads of keys and values, of each layer or one number for all; null for recurrent models. */
  readonly headCountKv: number | readonly number[] | null;
  /** Elements of one head's key and of its value. */
  readonly keyLength: number | null;
  readonly valueLength: number | null;
  /** Tokens that a windowed layer looks back on. */
  readonly slidingWindow: number | null;
}

/**
 * Reads the hyper-parameters and refuses those on which llama.cpp aborts the whole process instead of saying no
 * (llama_model_base::load_hparams and create_tensor of the pinned release, each tried on a small file).
 *
 * @param values the metadata under the architecture's name
 * @throws EngineError `model_unreadable`
 */
export function readShape(path: string, architecture: string, values: Record<string, unknown>): ModelShape {
  const attention = section(values["attention"]);
  const required = (name: string, maximum: number): number => {
    const value = optionalCount(path, name, values[name], 1, maximum);
    return value ?? refuseModel(path, `its header does not say ${name}`);
  };
  const blockCount = required("block_count", layersMax);
  const embeddingLength = required("embedding_length", sizeMax);
  const trainContextLength = required("context_length", sizeMax);
  const layers = { path, blockCount, mayHaveGaps: isHybrid(architecture) || architecture === "deci" };
  const isRecurrent = recurrentArchitectures.has(architecture);
  // Recurrent models have no heads, and say 0 of what they don't have.
  const headCount = isRecurrent ? null : perLayer(layers, "attention.head_count", attention["head_count"]);
  if (headCount === null && !isRecurrent && !isHybrid(architecture))
    refuseModel(path, "its header does not say attention.head_count");
  const headCountKv = isRecurrent
    ? null
    : perLayer(layers, "attention.head_count_kv", attention["head_count_kv"]);
  checkFeedForward(layers, architecture, values);
  checkExperts(path, architecture, values);
  checkRest(path, blockCount, values);
  const headWidth = headWidthOf(path, embeddingLength, headCount, attention);
  return {
    trainContextLength,
    blockCount,
    embeddingLength,
    headCountKv: headCountKv ?? headCount,
    keyLength: optionalCount(path, "attention.key_length", attention["key_length"], 1, sizeMax) ?? headWidth,
    valueLength:
      optionalCount(path, "attention.value_length", attention["value_length"], 1, sizeMax) ?? headWidth,
    slidingWindow: slidingWindowOf(attention["sliding_window"]),
  };
}

/** True where state besides the KV cache grows with the conversation or instead of it. */
export function hasRecurrentState(architecture: string): boolean {
  return recurrentArchitectures.has(architecture) || isHybrid(architecture);
}

/** llm_arch_is_recurrent. */
const recurrentArchitectures: ReadonlySet<string> = new Set([
  "mamba",
  "mamba2",
  "rwkv6",
  "rwkv6qwen2",
  "rwkv7",
  "arwkv7",
]);

/** llm_arch_is_hybrid: some layers attend, some are recurrent. */
const hybridArchitectures: ReadonlySet<string> = new Set([
  "jamba",
  "falcon-h1",
  "plamo2",
  "granitehybrid",
  "lfm2",
  "lfm2moe",
  "nemotron_h",
  "nemotron_h_moe",
  "qwen3next",
  "kimi-linear",
  "bailingmoe3",
  "kimi-k3",
  "qwen35",
  "qwen35moe",
  "qwen4exp",
  "deepseek4",
  "minimax-01",
]);

/** LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS. */
const layersMax = 512;
const expertsMax = 1024;
const sizeMax = 0xffff_ffff;
const ropeScalings: readonly unknown[] = ["none", "linear", "yarn", "longrope"];

interface Layers {
  readonly path: string;
  readonly blockCount: number;
  /** Whether some layers may have none of what others have. */
  readonly mayHaveGaps: boolean;
}

function isHybrid(architecture: string): boolean {
  return hybridArchitectures.has(architecture);
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function optionalCount(
  path: string,
  name: string,
  value: unknown,
  least: number,
  maximum: number,
): number | null {
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= maximum)
    return value;
  const range = maximum === sizeMax ? `at least ${least}` : `from ${least} to ${maximum}`;
  return refuseModel(path, `its header says ${name} = ${shown(value)}, which must be ${range}`);
}

/** A number for all layers or a list with one for each. */
function perLayer(layers: Layers, name: string, value: unknown): number | number[] | null {
  const { path, blockCount, mayHaveGaps } = layers;
  if (!Array.isArray(value)) return optionalCount(path, name, value, 1, sizeMax);
  if (value.length !== blockCount)
    refuseModel(path, `its header lists ${value.length} values of ${name} for ${blockCount} layers`);
  const counts = value.map((item) => optionalCount(path, name, item, mayHaveGaps ? 0 : 1, sizeMax) ?? 0);
  if (counts.every((count) => count === 0)) refuseModel(path, `its header says ${name} = 0 for every layer`);
  return counts;
}

/** Layers of experts alone, and recurrent ones, need none. */
function checkFeedForward(layers: Layers, architecture: string, values: Record<string, unknown>): void {
  if (hasRecurrentState(architecture) || Number(values["expert_count"] ?? 0) > 0) return;
  const width = perLayer(layers, "feed_forward_length", values["feed_forward_length"]);
  if (width === null) refuseModel(layers.path, "its header does not say feed_forward_length");
}

/** As many experts used as there are at most, some where there are some, and the same with their groups. */
function checkExperts(path: string, architecture: string, values: Record<string, unknown>): void {
  const count = optionalCount(path, "expert_count", values["expert_count"], 0, expertsMax) ?? 0;
  // Dense members of this family say 1 and are read as 0.
  if (count <= 1 && architecture.startsWith("hunyuan")) return;
  const given = values["expert_used_count"];
  const used = Array.isArray(given)
    ? Math.max(0, ...given.slice(0, layersMax).map(Number))
    : Number(given ?? 0);
  const isUsePossible = count === 0 ? used === 0 : used > 0 && used <= count;
  if (!isUsePossible) refuseModel(path, `its header says that ${used} of ${count} experts are used`);
  const groups = optionalCount(path, "expert_group_count", values["expert_group_count"], 0, expertsMax) ?? 0;
  const usedGroups = Number(values["expert_group_used_count"] ?? 0);
  const isSplitPossible = groups <= 1 || (count % groups === 0 && usedGroups > 0 && usedGroups < groups);
  if (groups > 0 && (groups >= count || !isSplitPossible))
    refuseModel(path, `its header says that ${usedGroups} of ${groups} groups of ${count} experts are used`);
}

function checkRest(path: string, blockCount: number, values: Record<string, unknown>): void {
  optionalCount(path, "nextn_predict_layers", values["nextn_predict_layers"], 0, blockCount);
  const scaling = section(section(values["rope"])["scaling"])["type"] ?? "none";
  if (!ropeScalings.includes(scaling))
    refuseModel(path, `its header says rope.scaling.type = ${shown(scaling)}`);
  for (const name of ["layer_norm_rms_epsilon", "layer_norm_epsilon"]) {
    const value = section(values["attention"])[name] ?? 0;
    if (!(Number(value) >= 0)) refuseModel(path, `its header says attention.${name} = ${shown(value)}`);
  }
}

/** What a head takes where its length is not given. */
function headWidthOf(
  path: string,
  embeddingLength: number,
  headCount: number | readonly number[] | null,
  attention: Record<string, unknown>,
): number | null {
  const heads = typeof headCount === "number" ? headCount : (headCount?.[0] ?? 0);
  if (heads === 0) return null;
  const width = Math.floor(embeddingLength / heads);
  if (width === 0 && attention["key_length"] === undefined)
    refuseModel(
      path,
      `its header says attention.head_count = ${heads} with embedding_length = ${embeddingLength}`,
    );
  return width > 0 ? width : null;
}

function slidingWindowOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
