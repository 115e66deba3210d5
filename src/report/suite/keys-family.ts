import type { ArmFacts } from "../../settings/arm-facts.ts";
import { factsBut, type Facts } from "./facts.ts";

/** Arms that differ in the size of their turns alone: one model, mode and setting. */
export function keysFamily({
  model,
  within: { mode, setting },
  facts,
}: {
  model: string;
  within: ArmFacts;
  facts: Facts;
}): string {
  return JSON.stringify([model, mode, setting, factsBut(facts, ["keysPerTurn", "promptHash"])]);
}
