import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";

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

/**
 * Has llama.cpp evaluate tokens and choose those that follow. What bears the binding's own name is handed on as it is.
 *
 * @param options of the evaluation that are none of sampling
 */
export function chooseTokens(
  sequence: LlamaContextSequence,
  tokens: Token[],
  { temperature, ...drawing }: Sampling,
  options: SequenceEvaluateOptions,
): AsyncGenerator<Token, void, void | Token | Token[]> {
  const sampling = temperature > 0 ? { temperature, ...drawing } : { temperature: 0 };
  return sequence.evaluate(tokens, { ...options, ...sampling });
}
