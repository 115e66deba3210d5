import type { Settings } from "../settings/settings.ts";

/**
 * How many times as long a step took, and the largest end of a 95 % interval of that: models of 135M and 270M parameters,
 * the one with the larger vocabulary (262,144) the slower, on a machine that others kept busy
 * (bench/speed/results/confidence-cost.md).
 */
const timesAsLong = { measured: "1.0 to 1.7", atMost: "3.0" };

/** What is to be said of the time that a run takes to tell how sure its model was. */
export function confidenceCost({ confidence }: Settings): string[] {
  if (confidence === "off") return [];
  const { measured, atMost } = timesAsLong;
  return [
    `--confidence ${confidence}: a step of a small model took ${measured} times as long where that was measured (at most ${atMost}), of a large one the part is smaller. What is said of its speed is put together with no other run's.`,
  ];
}
