import { memoryPlaces } from "../report/sentences/plan.ts";
import type { PlannedModel } from "../runs/view.ts";

/** What of a model goes where; null: not known. */
export function placesOf({ memory, gpuLayers, layers }: PlannedModel): string | null {
  return memory === null || gpuLayers === null || layers === null
    ? null
    : memoryPlaces({ memory, gpuLayers, layers });
}
