import { z } from "zod";
import { byModeAndKeys, modeNames, modeOptions } from "./modes.ts";
import { arm, type Experiment } from "./experiment.ts";

const options = z.object({
  keys: z
    .array(z.int().positive())
    .default([])
    .describe("keys in a turn, an arm for each; none: as the settings have it"),
  modes: z.array(z.enum(modeNames)).min(1).default(["direct"]),
  ...modeOptions,
});

/**
 * How far does each model get, and does its first turn tell? Turns 1 and 2 are reported apart: turn 1 needs no adding.
 * With several keys a turn, and with reasoning, where these are asked for. (The paper's figures 4, 13 and 15.)
 */
export const horizon: Experiment<typeof options> = {
  name: "horizon",
  question: "How far does each model get before its first error, and do turns 1 and 2 tell?",
  options,
  arms(base, given, model) {
    const { keys, modes } = given;
    if (keys.length === 0 && modes.join() === "direct") return [arm("own history", base, {})];
    return byModeAndKeys(
      base,
      { ...given, keys: keys.length === 0 ? [base.keysPerTurn] : keys },
      model,
      (keysPerTurn) => ({ keysPerTurn }),
    );
  },
};
