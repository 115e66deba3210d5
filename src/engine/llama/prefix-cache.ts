import { join } from "node:path";
import { nowMs } from "../../clock.ts";
import type { Lockstep, Slot } from "./lockstep.ts";
import { asTokens } from "./token-ids.ts";

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
    const copied =
      others.length === 0 || (await copyByFile(first, others, tokens, join(folder, "prefix.state")));
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

async function copyByFile(
  from: Slot,
  to: readonly Slot[],
  tokens: readonly number[],
  file: string,
): Promise<boolean> {
  try {
    await from.sequence.saveStateToFile(file);
    for (const slot of to) if (!(await load(slot, file, tokens))) return false;
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives a slot what another one has in its cache. Where that fails (no room for the file, a cache in disorder) the
 * slot evaluates everything anew.
 *
 * @returns whether it was copied
 */
export async function copyState(from: Slot, to: Slot, file: string): Promise<boolean> {
  to.cached = [];
  to.dirty = true;
  if (from.dirty) return false;
  const { nextTokenIndex } = from.sequence;
  // Of a slot that was closed the tail is still there.
  if (nextTokenIndex > from.cached.length)
    await from.sequence.eraseContextTokenRanges([{ start: from.cached.length, end: nextTokenIndex }]);
  if (from.cached.length === 0) return true;
  to.dirty = !(await copyByFile(from, [to], from.cached, file));
  return !to.dirty;
}

async function load(slot: Slot, file: string, tokens: readonly number[]): Promise<boolean> {
  // Loading does not drop old checkpoints; a stale one would be restored later.
  await slot.sequence.clearHistory();
  await slot.sequence.loadStateFromFile(file, { acceptRisk: true });
  if (slot.sequence.nextTokenIndex !== tokens.length) return false;
  slot.cached = tokens.slice();
  return true;
}

/** Evaluates the prefix in a slot from nothing. */
export async function refill(slot: Slot, tokens: readonly number[]): Promise<void> {
  await slot.sequence.clearHistory();
  if (tokens.length > 0) await slot.sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens));
  slot.cached = tokens.slice();
}
