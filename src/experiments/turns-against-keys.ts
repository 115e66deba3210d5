import { z } from "zod";
import { byModeAndKeys, modeNames, modeOptions } from "./modes.ts";
import type { Experiment } from "./experiment.ts";

const options = z.object({
  steps: z.int().positive().default(120).describe("steps in all, however they are cut into turns"),
  keys: z.array(z.int().positive()).min(1).default([1, 2, 3, 4, 5, 6, 10, 12]),
  modes: z.array(z.enum(modeNames)).min(1).default(["direct"]),
  ...modeOptions,
});

/** Few large turns or many small ones? The same number of steps, K of them in a turn; horizons count in steps. (Figure 12.) */
export const turnsAgainstKeys: Experiment<typeof options> = {
  name: "turns-against-keys",
  question: "For a fixed number of steps: few large turns, or many small ones?",
  options,
  arms: (base, { keys, ...given }, model) =>
    byModeAndKeys(
      base,
      { ...given, keys: keys.filter((size) => given.steps % size === 0) },
      model,
      (keysPerTurn) => ({ keysPerTurn, turns: given.steps / keysPerTurn }),
    ),
};
