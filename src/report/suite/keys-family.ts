import { factsBut, type Facts } from "./facts.ts";

/** Arms that differ in the size of their turns alone: one model, mode and setting. */
export function keysFamily({ model, arm, facts }: { model: string; arm: string; facts: Facts }): string {
  return JSON.stringify([model, arm.replace(/\bK=\d+/, ""), factsBut(facts, ["keysPerTurn", "promptHash"])]);
}
