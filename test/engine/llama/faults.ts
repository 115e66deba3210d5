import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedSlot } from "./recorded-sequences.ts";

/** Tokens without one of them; the last is there twice, so that the length stays. */
export function cutOne(tokens: readonly number[], index: number): number[] {
  return [...tokens.toSpliced(index, 1), ...tokens.slice(-1)];
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
