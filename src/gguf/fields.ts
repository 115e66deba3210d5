import { refuseModel } from "./refusal.ts";
import { hasRecurrentState } from "./shape.ts";

/** What is held against each other. */
export interface Fields {
  readonly architecture: string;
  /** The metadata under the architecture's name, by keys with dots. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The same under `tokenizer.ggml`. */
  readonly vocabulary: ReadonlyMap<string, unknown>;
  /** The greatest size of any tensor of a layer in any direction; null where there is none. */
  readonly widest: number | null;
}

/**
 * Refuses what no model can mean, where llama.cpp aborts without naming it, says something that leads astray, or goes on
 * with another value. Limits are far wider than any model; of everything else that is wrong llama.cpp says what it is.
 *
 * @throws EngineError `model_unreadable`, naming the key
 */
export function checkFields(path: string, fields: Fields): void {
  const { architecture, values } = fields;
  for (const check of [outOfRange, wrongReal, widerThanTensors, wrongExperts, wrongVocabulary]) {
    const why = check(fields);
    if (why !== null) refuseModel(path, `its header says ${why}`);
  }
  // Some layers of the others have no heads; and of an architecture without any values llama.cpp says that.
  const needsSizes = !hasRecurrentState(architecture) && architecture !== "deci";
  const why = needsSizes && values.size > 0 ? withoutSize(values) : null;
  if (why !== null) refuseModel(path, `its header ${why}`);
}

/** What is wrong, in words that go on "its header says"; null: nothing. */
type Check = (fields: Fields) => string | null;

/** The least and the most, of a number and of each in a list. */
const ranges: readonly (readonly [key: string, least: number, most: number])[] = [
  // llama.cpp's limit of layers.
  ["block_count", 1, 512],
  ["embedding_length", 0, 2 ** 24],
  ["feed_forward_length", 0, 2 ** 24],
  ["attention.head_count", 0, 2 ** 16],
  ["attention.head_count_kv", 0, 2 ** 16],
  ["expert_count", 0, 2 ** 16],
  ["rope.dimension_count", 0, 2 ** 16],
  ["vocab_size", 1, 2 ** 24],
];

const outOfRange: Check = ({ values }) => {
  for (const [key, least, most] of ranges)
    for (const size of numbersOf(values.get(key)))
      if (size < least || size > most) return `${key} = ${size}, which must be from ${least} to ${most}`;
  const [layers, nextLayers] = [values.get("block_count"), values.get("nextn_predict_layers")];
  return Number(nextLayers) > Number(layers)
    ? `nextn_predict_layers = ${String(nextLayers)} of ${String(layers)} layers`
    : null;
};

/** Of these less than nothing, or no number, gives answers of no meaning. */
const reals = ["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "rope.freq_base"];

const wrongReal: Check = ({ values }) => {
  const wrong = reals.find((key) => {
    const value = values.get(key);
    return typeof value === "number" && !(value >= 0 && value < Number.POSITIVE_INFINITY);
  });
  return wrong === undefined ? null : `${wrong} = ${String(values.get(wrong))}`;
};

/** A head is the width of a projection, or of a part of one. */
const widerThanTensors: Check = ({ values, widest }) => {
  const keys = ["embedding_length", "attention.key_length", "attention.value_length"];
  const wrong = keys.find(
    (key) => widest !== null && numbersOf(values.get(key)).some((size) => size > widest),
  );
  return wrong === undefined
    ? null
    : `${wrong} = ${String(values.get(wrong))}, and no tensor of its layers is wider than ${widest}`;
};

const wrongExperts: Check = ({ architecture, values }) => {
  const count = values.get("expert_count") ?? 0;
  // Of Hunyuan's dense models llama.cpp takes no experts, whatever they say.
  if (typeof count !== "number" || architecture.startsWith("hunyuan")) return null;
  for (const key of ["expert_used_count", "expert_group_count"]) {
    const most = Math.max(0, ...numbersOf(values.get(key)));
    if (most > count) return `${key} = ${most}, and expert_count = ${count}`;
  }
  return null;
};

const wrongVocabulary: Check = ({ vocabulary }) => {
  const kind = vocabulary.get("model");
  if (kind === "none" || kind === "no_vocab")
    return `tokenizer.ggml.model = ${kind}, a model without a tokenizer`;
  const tokens = vocabulary.get("tokens");
  if (!Array.isArray(tokens)) return null;
  if (tokens.length === 0) return "tokenizer.ggml.tokens = [], a model without a vocabulary";
  // Any number of empty ones is fine; of others llama.cpp allows no two alike.
  const named = tokens.filter((token) => token !== "");
  if (new Set(named).size !== named.length) return "tokenizer.ggml.tokens with a token twice";
  // Others (padding, say) are often wrong in files that work, and nothing is asked with them.
  const used = vocabulary.get("add_bos_token") === false ? [] : ["bos_token_id"];
  const wrong = ["eos_token_id", ...used].find((key) => Number(vocabulary.get(key)) >= tokens.length);
  return wrong === undefined
    ? null
    : `tokenizer.ggml.${wrong} = ${String(vocabulary.get(wrong))}, and it has ${tokens.length} tokens`;
};

/** Where llama.cpp divides by a size or makes a tensor of it; null: all are there. */
function withoutSize(values: ReadonlyMap<string, unknown>): string | null {
  const hasExperts = Number(values.get("expert_count") ?? 0) > 0;
  const needed = ["attention.head_count", ...(hasExperts ? [] : ["feed_forward_length"])];
  const missing = needed.find((key) => !values.has(key));
  if (missing !== undefined) return `does not say ${missing}`;
  const sizes = [
    ...needed,
    "embedding_length",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    // With none llama.cpp turns for ever at the first position.
    "rope.dimension_count",
  ];
  const zero = sizes.find((key) => numbersOf(values.get(key)).includes(0));
  return zero === undefined ? null : `says ${zero} = 0, which must be at least 1`;
}

/** Where the tensors begin is reckoned by it before llama.cpp looks at it. */
export function checkAlignment(path: string, alignment: unknown): void {
  const size = Number(alignment);
  if (alignment !== undefined && !(size > 0 && Number.isInteger(Math.log2(size))))
    refuseModel(path, `its header says general.alignment = ${size}, which must be a power of two`);
}

/** A number for all layers, or a list with one for each. */
function numbersOf(value: unknown): number[] {
  return [value].flat().filter((item): item is number => typeof item === "number");
}
