import { join } from "node:path";
import { nowMs } from "../../clock.ts";
import type { Lockstep } from "./lockstep.ts";
import type { Slot } from "./slot.ts";
import { asTokens, commonLength } from "./token-ids.ts";

/**
 * The tokens that all conversations begin with, evaluated once. The other slots get them through a state file (a
 * hundred times cheaper than evaluating again, and bit-identical); where that fails each slot evaluates them.
 * Afterwards a slot returns to the prefix by erasing its tail.
 */
export class PrefixCache {
  readonly tokens: readonly number[];
  readonly prefillMs: number;
  readonly fanOut: "state-file" | "prefill" | "none";
  readonly #slots: readonly Slot[];

  private constructor(
    tokens: readonly number[],
    slots: readonly Slot[],
    prefillMs: number,
    fanOut: PrefixCache["fanOut"],
  ) {
    this.tokens = tokens;
    this.prefillMs = prefillMs;
    this.fanOut = fanOut;
    this.#slots = slots;
  }

  static async create(
    tokens: readonly number[],
    slots: readonly Slot[],
    lockstep: Lockstep,
    folder: string,
  ): Promise<PrefixCache> {
    const [first, ...others] = slots;
    if (first === undefined || tokens.length === 0) return new PrefixCache(tokens, slots, 0, "none");
    const start = nowMs();
    await lockstep.prefill(first, tokens, "prefix");
    const prefillMs = nowMs() - start;
    const copied = others.length === 0 || (await copyState(first, others, join(folder, "prefix.state")));
    if (!copied) for (const slot of others) await refill(slot, tokens);
    return new PrefixCache(
      tokens,
      slots,
      prefillMs,
      others.length === 0 ? "none" : copied ? "state-file" : "prefill",
    );
  }

  /** Notes that a slot begins again at the prefix; its tail is erased when its next turn starts. */
  truncate(slot: Slot): void {
    if (!slot.dirty) slot.cached = slot.cached.slice(0, this.tokens.length);
  }

  /** Erases every slot back to the prefix. */
  async restoreAll(): Promise<void> {
    for (const slot of this.#slots) await this.restore(slot);
  }

  async restore(slot: Slot): Promise<void> {
    const { nextTokenIndex } = slot.sequence;
    if (nextTokenIndex > this.tokens.length) {
      await slot.sequence.eraseContextTokenRanges([{ start: this.tokens.length, end: nextTokenIndex }]);
    }
    slot.cached = this.tokens.slice(0, slot.sequence.nextTokenIndex);
  }
}

/**
 * Gives slots what another one has in its cache, through a state file.
 *
 * @returns whether all got it; one that did not is in disorder
 */
export async function copyState(from: Slot, to: readonly Slot[], file: string): Promise<boolean> {
  for (const slot of to) slot.dirty = true;
  try {
    await from.sequence.saveStateToFile(file);
    for (const slot of to) if (!(await load(slot, file, from.cached))) return false;
    return true;
  } catch {
    return false;
  }
}

async function load(slot: Slot, file: string, tokens: readonly number[]): Promise<boolean> {
  // Loading does not drop old checkpoints; a stale one would be restored later.
  await slot.sequence.clearHistory();
  await slot.sequence.loadStateFromFile(file, { acceptRisk: true });
  if (slot.sequence.nextTokenIndex !== tokens.length) return false;
  slot.cached = tokens.slice();
  slot.dirty = false;
  return true;
}

/** Evaluates the prefix in a slot from nothing. */
export async function refill(slot: Slot, tokens: readonly number[]): Promise<void> {
  await slot.sequence.clearHistory();
  if (tokens.length > 0) await slot.sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens));
  slot.cached = tokens.slice();
  slot.dirty = false;
}

/** The tokens that all openings begin with; at least one token of each is left to evaluate. */
export function sharedTokens(openings: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...rest] = openings;
  if (rest.length === 0) return [];
  const length = rest.reduce(
    (shortest, opening) => Math.min(shortest, commonLength(first, opening)),
    first.length - 1,
  );
  return first.slice(0, length);
}
