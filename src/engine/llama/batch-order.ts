import type { BatchItem, PrioritizedBatchItem } from "node-llama-cpp";

/** What goes into a native batch of `size` tokens: first come, first served. */
export function firstComeFirstServed(items: readonly BatchItem[], size: number): PrioritizedBatchItem[] {
  let left = size;
  const chosen: PrioritizedBatchItem[] = [];
  for (const item of items) {
    const processAmount = Math.min(item.tokens.length, left);
    if (processAmount <= 0) break;
    left -= processAmount;
    chosen.push({ item, processAmount });
  }
  return chosen;
}
