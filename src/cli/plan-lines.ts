import { runCautions } from "../report/design.ts";
import { counted } from "../report/words/words.ts";
import type { PlannedModel } from "../runs/view.ts";
import { placesOf } from "./places.ts";

/** What will run, a line for each thing to know. @param rollouts of each model; null: nothing is compared here */
export function planLines(plan: readonly PlannedModel[], rollouts: number | null): string[] {
  const going = plan.filter(({ error }) => error === null).length;
  return [...plan.flatMap(linesOf), ...(rollouts === null ? [] : runCautions(going, rollouts))];
}

function linesOf(model: PlannedModel): string[] {
  const { name, contextLength, parallel, memoryBytes, parallelBecause, warnings, error } = model;
  const lines: string[] = [];
  if (error !== null) lines.push(`${name}: will not run`);
  else if (contextLength !== null) {
    const memory = memoryBytes === null ? "" : `, about ${gigabytes(memoryBytes)} of memory`;
    lines.push(`${name}: ${counted(parallel, "conversation")} of ${contextLength} tokens${memory}`);
    const places = placesOf(model);
    if (places !== null) lines.push(`${name}: ${places}`);
  }
  if (parallelBecause !== null) lines.push(`${name}: ${parallel} at a time: ${parallelBecause}`);
  return [...lines, ...warnings.map((warning) => `${name}: warning: ${warning}`)];
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
