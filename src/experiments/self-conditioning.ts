import { z } from "zod";
import {
  errorBlocks,
  injectedErrors,
  type InjectedOptions,
  injectedText,
  shownRoles,
} from "../rollout/history/injected.ts";
import type { Settings } from "../settings/settings.ts";
import { inMode, type ModeName, modeOptions } from "./modes.ts";
import { arm, type Arm, type Experiment, type ModelFacts, percent } from "./experiment.ts";

const options = z.object({
  rates: z.array(z.number().min(0).max(1)).min(1).default([0, 0.25, 0.5, 0.75, 1]),
  errors: z.array(z.enum(injectedErrors)).min(1).default(["noise"]),
  magnitudes: z
    .array(z.int().positive())
    .min(1)
    .default([10])
    .describe("largest error of noise, offset and sum"),
  blocks: z.array(z.enum(errorBlocks)).min(1).default(["all"]),
  roles: z.array(z.enum(shownRoles)).min(1).default(["assistant"]),
  modes: z
    .array(z.enum(["direct", "cot", "thinking"]))
    .min(1)
    .default(["direct"]),
  probe: z
    .array(z.int().positive())
    .min(1)
    .nullable()
    .default(null)
    .describe("turns that are asked; null: every turn. The last turn alone is cheapest"),
  own: z
    .boolean()
    .default(false)
    .describe("whether each mode is played behind its own history, too: every turn of it, which costs most"),
  ...modeOptions,
});

/**
 * Do errors in the history breed errors? Shown totals are wrong at a chosen rate; the truth is untouched and the answer is
 * judged by what was shown. (Figures 5, 6 and 17.)
 */
export const selfConditioning: Experiment<typeof options> = {
  name: "self-conditioning",
  question: "Does a model make more errors the more errors it sees in its history?",
  options,
  arms(base, given, model) {
    const { modes, errors, magnitudes, blocks, roles, rates, probe } = given;
    const arms = ownArms(base, given, model);
    for (const mode of modes)
      for (const error of errors)
        for (const magnitude of error === "look-up" || error === "replay"
          ? magnitudes.slice(0, 1)
          : magnitudes)
          for (const block of blocks)
            for (const role of roles)
              for (const rate of rates) {
                const injected = { error, rate, magnitude, block, role };
                const planted = plantedName(mode, injected, given);
                const change = {
                  history: injectedText(injected),
                  probe: probe?.toSorted((one, other) => one - other) ?? null,
                };
                const name = `${planted} ${percent(rate)} %`;
                const made = inMode(mode, name, base, given, model, change, { planted });
                arms.push(
                  error === "replay" ? { ...made, replays: given.own ? ownNameOf(mode) : ownName } : made,
                );
              }
    return arms;
  },
};

/** Rollouts behind the model's own answers, beside which those behind planted ones stand, and whose errors are replayed. */
function ownArms(base: Settings, given: z.infer<typeof options>, model: ModelFacts): Arm[] {
  if (given.own)
    return given.modes.map((mode) => inMode(mode, ownNameOf(mode), base, given, model, { until: "end" }));
  // The model's own errors have to be made before they can be replayed.
  return given.errors.includes("replay") ? [arm(ownName, base, {})] : [];
}

const ownName = "own history";

function ownNameOf(mode: ModeName): string {
  return mode === "direct" ? ownName : `${mode} ${ownName}`;
}

/** What varies in this suite, without the rate. */
function plantedName(
  mode: string,
  spec: Omit<InjectedOptions, "run">,
  given: z.infer<typeof options>,
): string {
  const parts = [
    given.modes.length > 1 || mode !== "direct" ? mode : "",
    spec.error,
    given.magnitudes.length > 1 ? `up to ${spec.magnitude}` : "",
    given.blocks.length > 1 || spec.block !== "all" ? spec.block : "",
    given.roles.length > 1 || spec.role !== "assistant" ? `by ${spec.role}` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
