import { memoryPlaces } from "../report/sentences/plan.ts";
import type { PlannedModel } from "../runs/view.ts";

/** What of a model goes where; null: not known. */
export function placesOf({ memory, layers }: PlannedModel): string | null {
  return memory === null || layers === null ? null : memoryPlaces({ memory, layers });
}
