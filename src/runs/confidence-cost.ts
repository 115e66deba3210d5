import type { Settings } from "../settings/settings.ts";

/** How many times as long a step of 32 conversations takes at most (bench/speed/results/confidence-cost.md). */
const timesAsLong = { chosen: 1.5, top2: 1.5 } as const;

/** What is to be said of the time that a run takes to tell how sure its model was. */
export function confidenceCost({ confidence }: Settings): string[] {
  if (confidence === "off") return [];
  const times = timesAsLong[confidence];
  return [
    `--confidence ${confidence}: a step of a small model takes up to ${times} times as long, one of a large model hardly longer. What is said of its speed is put together with no other run's.`,
  ];
}
