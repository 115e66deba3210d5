import type { Sampling } from "../sampling.ts";
import type { ServerFacts } from "../../serving/facts.ts";

/** The settings of sampling by our names: those of a run, and those that are kept from doing anything. */
const neutral = {
  typicalP: 1,
  repeatPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
} as const;

type SamplingName = keyof Sampling | keyof typeof neutral;

/** How a kind of server is told how to sample. */
interface Dialect {
  /** What it calls a setting; absent: it has none of that kind. */
  readonly names: Readonly<Partial<Record<SamplingName, readonly string[]>>>;
  /** With which `top_k` every token stays. */
  readonly everyToken: number;
  /** What it would do by itself, and by which names it is kept from that. */
  readonly besides: Readonly<Record<string, unknown>>;
  /** What it documents that it does where it is not told; that is as good as telling it. */
  readonly standing: Readonly<Partial<Record<SamplingName, number>>>;
}

const openai = {
  temperature: ["temperature"],
  topP: ["top_p"],
  seed: ["seed"],
  presencePenalty: ["presence_penalty"],
  frequencyPenalty: ["frequency_penalty"],
} as const;

const llamaCpp: Dialect = {
  names: {
    ...openai,
    topK: ["top_k"],
    minP: ["min_p"],
    typicalP: ["typical_p"],
    repeatPenalty: ["repeat_penalty"],
  },
  everyToken: 0,
  besides: {
    dry_multiplier: 0,
    xtc_probability: 0,
    mirostat: 0,
    dynatemp_range: 0,
    top_n_sigma: -1,
    adaptive_target: -1,
    // Pieces of a cache that stood elsewhere would give other answers.
    n_cache_reuse: 0,
    timings_per_token: true,
    cache_prompt: true,
  },
  standing: {},
};

const vllm: Dialect = {
  names: { ...openai, topK: ["top_k"], minP: ["min_p"], repeatPenalty: ["repetition_penalty"] },
  everyToken: -1,
  besides: {},
  standing: { typicalP: 1 },
};

/** By what a server calls itself; where from: test/engine/server/fixtures/streams/README.md. */
const dialects: Readonly<Record<string, Dialect>> = {
  "llama.cpp": llamaCpp,
  vllm,
  sglang: vllm,
  "lm-studio": {
    names: { ...openai, topK: ["top_k"], repeatPenalty: ["repeat_penalty"] },
    everyToken: 0,
    besides: { min_p: 0 },
    standing: { typicalP: 1 },
  },
  // Its presence penalty is a repetition penalty less 2, so that 0 would be a strong one; untold it is none.
  tgi: {
    names: {
      temperature: ["temperature"],
      topP: ["top_p"],
      seed: ["seed"],
      frequencyPenalty: ["frequency_penalty"],
    },
    everyToken: 0,
    besides: {},
    standing: { topP: 1, topK: 0, minP: 0, typicalP: 1, repeatPenalty: 1, presencePenalty: 0 },
  },
  // Its route that speaks OpenAI's protocol; what that does not take keeps the model's or Ollama's own value.
  ollama: { names: openai, everyToken: 0, besides: {}, standing: {} },
};

/** Of which nothing is known: it is told everything, by every name there is. */
const anyServer: Dialect = {
  ...llamaCpp,
  names: { ...llamaCpp.names, repeatPenalty: ["repeat_penalty", "repetition_penalty"] },
  besides: {},
};

/** Ollama's own protocol, where all this stands under `options`. */
const ownOllama: Dialect = {
  names: llamaCpp.names,
  everyToken: 0,
  besides: { mirostat: 0 },
  standing: {},
};

/**
 * Every setting of sampling as the server calls it, neutral where ours has none: what is not told, some servers choose by
 * themselves, and a repeat penalty hits repeated numbers.
 *
 * @param refused names that it has refused
 */
export function samplingOf(
  facts: Pick<ServerFacts, "api" | "kind">,
  sampling: Sampling,
  refused: ReadonlySet<string>,
): Record<string, unknown> {
  const dialect = dialectOf(facts);
  const values = valuesOf(sampling, dialect.everyToken);
  const told = Object.entries(dialect.names).flatMap(([setting, names]) =>
    names.map((name) => [name, values[setting as SamplingName]] as const),
  );
  // TGI takes only what cuts something off.
  const isTold = ([name, value]: readonly [string, unknown]): boolean =>
    !refused.has(name) && !(facts.kind === "tgi" && name === "top_p" && value === 1);
  return Object.fromEntries([...told, ...Object.entries(dialect.besides)].filter(isTold));
}

/**
 * The settings, by our names, that a server cannot be told and that would change what it says. Greedy decoding is changed
 * by penalties alone.
 */
export function unsentOf(
  facts: Pick<ServerFacts, "api" | "kind">,
  sampling: Sampling,
  refused: ReadonlySet<string>,
): string[] {
  const { names, standing, everyToken } = dialectOf(facts);
  const values = valuesOf(sampling, everyToken);
  const settings = Object.keys(values) as SamplingName[];
  const isIdle = (one: SamplingName): boolean =>
    sampling.temperature === 0 && !["temperature", ...penalties].includes(one);
  return settings.filter(
    (one) =>
      !isIdle(one) && standing[one] !== values[one] && (names[one] ?? []).every((name) => refused.has(name)),
  );
}

const penalties: readonly string[] = ["repeatPenalty", "presencePenalty", "frequencyPenalty"];

function valuesOf(sampling: Sampling, everyToken: number): Record<SamplingName, number> {
  const greedy = { temperature: 0, topP: 1, topK: 1, minP: 0, seed: sampling.seed };
  const drawn = { ...sampling, topK: sampling.topK === 0 ? everyToken : sampling.topK };
  return { ...(sampling.temperature === 0 ? greedy : drawn), ...neutral };
}

function dialectOf({ api, kind }: Pick<ServerFacts, "api" | "kind">): Dialect {
  return api === "ollama" ? ownOllama : (dialects[kind] ?? anyServer);
}
