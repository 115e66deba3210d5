/** The hyper-parameters that say how large a model's cache is. Null is unknown. */
export interface ModelShape {
  readonly trainContextLength: number | null;
  /** Layers. */
  readonly blockCount: number | null;
  /** Heads of keys and values, of each layer or one number for all; null for recurrent models. */
  readonly headCountKv: number | readonly number[] | null;
  /** Elements of one head's key and of its value. */
  readonly keyLength: number | null;
  readonly valueLength: number | null;
}

/** @param values the metadata under the architecture's name */
export function readShape(architecture: string, values: Record<string, unknown>): ModelShape {
  const attention = section(values["attention"]);
  const isRecurrent = recurrentArchitectures.has(architecture);
  const embeddingLength = countOf(values["embedding_length"]);
  const headCount = isRecurrent ? null : perLayer(attention["head_count"]);
  const heads = typeof headCount === "number" ? headCount : (headCount?.[0] ?? 0);
  // What a head takes where its length is not given.
  const headWidth = embeddingLength === null || heads === 0 ? null : Math.floor(embeddingLength / heads);
  return {
    trainContextLength: countOf(values["context_length"]),
    blockCount: countOf(values["block_count"]),
    headCountKv: isRecurrent ? null : (perLayer(attention["head_count_kv"]) ?? headCount),
    keyLength: countOf(attention["key_length"]) ?? headWidth,
    valueLength: countOf(attention["value_length"]) ?? headWidth,
  };
}

/** True where state besides the KV cache grows with the conversation or instead of it. */
export function hasRecurrentState(architecture: string): boolean {
  return recurrentArchitectures.has(architecture) || hybridArchitectures.has(architecture);
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

/** A number for all layers or a list with one for each. */
function perLayer(value: unknown): number | readonly number[] | null {
  if (!Array.isArray(value)) return countOf(value);
  const counts = value.map((item) => (item === 0 ? 0 : countOf(item)));
  return counts.every((count) => count !== null) ? counts : null;
}

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
