import type { MeasuredArm } from "./measured-arm.ts";

/** Arms that differ in the size of their turns alone: one model, mode and setting. */
export function keysFamily({ model, arm }: Pick<MeasuredArm, "model" | "arm">): string {
  return JSON.stringify([model, arm.replace(/\bK=\d+/, "")]);
}
