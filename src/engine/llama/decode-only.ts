import type { LlamaContextSequence } from "node-llama-cpp";
import { asTokens } from "./token-ids.ts";

/**
 * Evaluates tokens of a sequence and nothing else: logits of the last one are computed and left where they are. This is
 * llama-bench's work. The binding's public calls either sample each token (`evaluate`, `controlledEvaluate`) or compute no
 * logits at all (`evaluateWithoutGeneratingNewTokens`), so its own inner call is asked, through the same queue.
 */
export type DecodeOnly = (tokens: readonly number[]) => Promise<unknown>;

/** Private to the binding: any version may lack it or change it. */
type InnerDecode = (
  tokens: readonly number[],
  logits: readonly (true | undefined)[],
  evaluationPriority: number,
  tokenMeter: unknown,
  contextShift: object,
  onLogits: (index: number) => undefined,
) => Promise<unknown>;

const priority = 5;

/** Tried once, on an empty sequence, which it empties again. @returns null where the binding does otherwise than is expected */
export async function decodeOnlyOf(sequence: LlamaContextSequence): Promise<DecodeOnly | null> {
  let logits = 0;
  const count = (): undefined => {
    logits++;
  };
  const decode = innerOf(sequence, count);
  if (decode === null) return null;
  try {
    await sequence.clearHistory();
    await decode([1, 2]);
    const works = sequence.nextTokenIndex === 2 && logits === 1;
    await sequence.clearHistory();
    return works ? decode : null;
  } catch {
    return null;
  }
}

function innerOf(sequence: LlamaContextSequence, onLogits: () => undefined): DecodeOnly | null {
  const inner: unknown = Reflect.get(sequence, "_decodeTokens");
  if (typeof inner !== "function") return null;
  const shift = { size: 1, strategy: () => Promise.reject(new Error("the context is full")) };
  return (tokens) => {
    const logits: true[] = [];
    logits[tokens.length - 1] = true;
    return (inner as InnerDecode).call(
      sequence,
      asTokens(tokens),
      logits,
      priority,
      sequence.tokenMeter,
      shift,
      onLogits,
    );
  };
}
