import type {
  LlamaContextSequence,
  SequenceEvaluateOptions,
  SequenceEvaluateOutput,
  Token,
} from "node-llama-cpp";
import type { ConfidenceKind, TokenConfidence } from "../reply/confidence.ts";

/** How tokens are drawn: what a run's settings say of it, and the sampler's seed. */
export interface Sampling {
  /** 0 is greedy: nothing is drawn, and all else here is ignored. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 is off. */
  readonly topK: number;
  readonly minP: number;
  readonly seed: number;
}

/** Nothing is drawn. */
export const greedy: Sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, seed: 0 };

/**
 * Tokens below this share of the likeliest one's probability are left out of the sum: then a pass over the logits is
 * enough, and those that are left are few to sort and to hand over. So a probability is a little too large, by how much
 * stands in bench/speed/results/confidence-cost.md; a gap, which is a ratio, is not touched by it.
 */
const leastShare = 1e-7;

/** Samplers that only look at what a model says of the next token: what each leaves of it. */
export const looks = {
  likely: { temperature: 1, minP: leastShare, seed: 1 },
  two: { temperature: 1, topK: 2, seed: 1 },
  all: { temperature: 0 },
} as const;

export type Look = keyof typeof looks;

/** A token that was chosen, with what was asked of how sure the model was. */
export type ChosenToken = Pick<SequenceEvaluateOutput, "token"> & Partial<SequenceEvaluateOutput>;

/**
 * Has llama.cpp evaluate tokens and choose those that follow. What bears the binding's own name is handed on as it is.
 *
 * @param options of the evaluation that are none of sampling
 * @param confidence what to tell of each token besides; null: nothing
 */
export function chooseTokens(
  sequence: LlamaContextSequence,
  tokens: Token[],
  { temperature, ...drawing }: Sampling,
  options: SequenceEvaluateOptions,
  confidence: ConfidenceKind | null,
): AsyncGenerator<ChosenToken, void, void | Token | Token[]> {
  const sampling = temperature > 0 ? { temperature, ...drawing } : { temperature: 0 };
  const metadata = confidence === null ? {} : { confidence: true, probabilities: confidence === "top2" };
  return sequence.evaluateWithMetadata(tokens, metadata, { ...options, ...sampling });
}

/** Of a token that was chosen while that was told, of it alone or of the likeliest other one, too. */
export function confidenceOf({
  token,
  confidence,
  probabilities,
}: ChosenToken): Omit<TokenConfidence, "end"> | null {
  if (confidence === undefined) return null;
  const others = [...(probabilities ?? [])].flatMap(([id, probability]) =>
    id === token ? [] : [probability],
  );
  const [other] = others;
  const gap = other === undefined ? null : Math.log(confidence) - Math.log(other);
  return { probability: confidence, gap };
}
