import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedSlot } from "./recorded-sequences.ts";

/** Puts other tokens into a cache than the engine believes are there. As many, so that it cannot notice. */
export async function plantCache(
  slot: RecordedSlot | undefined,
  change: (tokens: readonly number[]) => readonly number[],
): Promise<void> {
  if (slot === undefined) throw new Error("there is no such slot");
  const tokens = slot.sequence.contextTokens;
  const planted = change(tokens);
  if (planted.length !== tokens.length) throw new Error("the engine would notice another length");
  await slot.sequence.clearHistory();
  await slot.unwatched.evaluate(planted);
}

/** Gives each of two conversations the other's cache. They must be of the same length for the engine not to notice. */
export async function swapCaches(a: RecordedSlot | undefined, b: RecordedSlot | undefined): Promise<void> {
  if (a === undefined || b === undefined) throw new Error("there are no such slots");
  if (a.sequence.nextTokenIndex !== b.sequence.nextTokenIndex) throw new Error("the engine would notice");
  const folder = mkdtempSync(join(tmpdir(), "longhaul-swap-"));
  try {
    await a.unwatched.save(join(folder, "a"));
    await b.unwatched.save(join(folder, "b"));
    for (const [slot, file] of [
      [a, "b"],
      [b, "a"],
    ] as const) {
      await slot.sequence.clearHistory();
      await slot.unwatched.load(join(folder, file));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
