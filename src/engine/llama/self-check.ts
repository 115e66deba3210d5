import { nowMs } from "../../clock.ts";
import { EngineError } from "../../errors.ts";
import type { Lockstep } from "./lockstep.ts";
import { type PrefixCache, refill } from "./prefix-cache.ts";
import type { Slot } from "./slot.ts";
import { asTokens } from "./token-ids.ts";

const checkTokens = 4;

/**
 * Cheap proofs, at every start, of what the figures rest on. Each has its own message when it fails.
 *
 * All conversations decode a few tokens together; every round must be one native batch that holds all of them.
 */
export async function checkBatchesAreFull(
  slots: readonly Slot[],
  opening: readonly number[],
  lockstep: Lockstep,
): Promise<void> {
  const rounds = await lockstep.probe(slots, opening, { tokens: checkTokens });
  const bad = rounds.find((batches) => batches.length !== 1 || batches[0]?.conversations !== slots.length);
  if (bad === undefined) return;
  throw new EngineError(
    "self_check",
    `${slots.length} conversations did not share one native batch (${bad.map((batch) => batch.conversations).join(" + ")}): ` +
      "figures for parallel conversations would be wrong. Use --parallel 1 and report this.",
  );
}

/** The shared prefix must continue like one that was evaluated in place, with the same chunk boundary. */
export async function checkPrefixContinues(
  slot: Slot,
  opening: readonly number[],
  prefix: PrefixCache,
): Promise<void> {
  const rest = opening.slice(prefix.tokens.length);
  await prefix.restore(slot);
  const shared = await generate(slot, rest);
  await refill(slot, prefix.tokens);
  const fresh = await generate(slot, rest);
  if (shared.join() === fresh.join()) return;
  throw new EngineError(
    "self_check",
    "a conversation that starts from the shared prefix does not continue like one that evaluates it itself",
  );
}

/** For the rate of one conversation alone: at most so many tokens, begun within so much time. */
const oneTokens = 33;
const oneMs = 2_000;

/** One conversation alone, recorded beside the others: a ranking may depend on how many there are. */
export async function measureOne(
  slot: Slot | undefined,
  opening: readonly number[],
  prefix: PrefixCache,
  lockstep: Lockstep,
): Promise<void> {
  if (slot === undefined) return;
  const tokens = Math.min(oneTokens, slot.sequence.contextSize - opening.length - 2);
  if (tokens < 2) return;
  await prefix.restore(slot);
  await lockstep.probe([slot], opening, { tokens, phase: "one", untilMs: nowMs() + oneMs });
}

async function generate(slot: Slot, tokens: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  for await (const id of slot.sequence.evaluate(asTokens(tokens), { temperature: 0, yieldEogToken: true })) {
    if (ids.push(id) >= checkTokens) break;
  }
  return ids;
}
