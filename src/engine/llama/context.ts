import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { EngineError, messageOf } from "../../errors.ts";
import type { Binding } from "./binding.ts";
import type { Lockstep } from "./lockstep.ts";
import { kvName, type LlamaOptions } from "./options.ts";
import { tellOwnDistribution } from "./own-distribution.ts";

export interface CreatedContext {
  readonly context: LlamaContext;
  /** Whether flash attention is on; null: llama.cpp does not say what `auto` came to. */
  readonly flashAttention: boolean | null;
  /** See {@link tellOwnDistribution}. */
  tellOwnDistribution(): boolean;
}

/**
 * A context for all conversations of a run.
 *
 * @param threads the most that any batch gets
 * @throws EngineError with the reason and what to change
 */
export async function createContext(
  binding: Binding,
  model: LlamaModel,
  options: LlamaOptions,
  { threads, prioritize }: { readonly threads: number; readonly prioritize: Lockstep["prioritize"] },
): Promise<CreatedContext> {
  const { flashAttention } = options;
  binding.llama.maxThreads = 0;
  try {
    const { result: context, said } = await binding.listening(() =>
      model.createContext({
        contextSize: options.contextLength,
        sequences: options.parallel,
        batchSize: options.batchSize,
        threads: { ideal: threads, min: 1 },
        flashAttention: flashAttention === "auto" ? "auto" : flashAttention === "on",
        // Rolling back within a sliding window is silently wrong without it.
        swaFullCache: true,
        experimentalKvCacheKeyType: kvName(options.kvTypeK),
        experimentalKvCacheValueType: kvName(options.kvTypeV),
        batching: { itemPrioritizationStrategy: prioritize, dispatchSchedule: "nextCycle" },
        failedCreationRemedy: false,
        // What fits was planned before; what does not llama.cpp says itself.
        ignoreMemorySafetyChecks: true,
        ...(options.loraPath === undefined ? {} : { lora: options.loraPath }),
      }),
    );
    await assertKvTypes(context, options);
    return {
      context,
      flashAttention: flashAttentionOf(flashAttention, said),
      tellOwnDistribution: () => tellOwnDistribution(context, model),
    };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const log = await binding.takeLog();
    throw new EngineError("context_create", contextFailure(error, log, options), log);
  }
}

/** What llama.cpp made of it. Its log is all that tells, and of `auto` alone. */
export function flashAttentionOf(
  asked: LlamaOptions["flashAttention"],
  said: readonly string[],
): boolean | null {
  if (said.some((line) => /flash_attn is not compatible/.test(line))) return false;
  if (asked !== "auto") return asked === "on";
  const lines = said.filter((line) => /flash.?att/i.test(line));
  if (lines.some((line) => /not supported, set to disabled/.test(line))) return false;
  return lines.some((line) => /Flash Attention enabled|enabling flash_attn/.test(line)) ? true : null;
}

/** Why there is no context, in one line: what llama.cpp says of the cache's types, else that it is too large. */
function contextFailure(error: unknown, log: string | null, options: LlamaOptions): string {
  const { parallel, contextLength, kvTypeK, kvTypeV } = options;
  const ofTypes = (log ?? "")
    .split("\n")
    .find((line) => /cache type|V cache|K \(.*V \(|flash_attn to be enabled/.test(line));
  if (ofTypes !== undefined)
    return `--kv-type-k ${kvTypeK} --kv-type-v ${kvTypeV}: this model cannot be evaluated with them here (${ofTypes.replace(/^[\w:]+: /, "").trim()}). Use f16.`;
  return (
    `a context of ${parallel} x ${contextLength} tokens cannot be created: ${messageOf(error)}. ` +
    "Use a smaller --parallel, --context or --kv-type-k/v."
  );
}

/** A type that the binding does not know becomes F16 without a word; read it back. */
async function assertKvTypes(context: LlamaContext, { kvTypeK, kvTypeV }: LlamaOptions): Promise<void> {
  const { GgmlType } = await import("node-llama-cpp");
  const wanted = [GgmlType[kvName(kvTypeK)], GgmlType[kvName(kvTypeV)]];
  if (context.kvCacheKeyType !== wanted[0] || context.kvCacheValueType !== wanted[1])
    throw new EngineError("context_create", `the KV cache did not become ${kvTypeK}/${kvTypeV} as asked`);
}
