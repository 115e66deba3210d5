import { z } from "zod";
import type { Settings } from "../settings/settings.ts";
import { answerTokens, inMode, modeOptions } from "./modes.ts";
import { arm, type Arm, control, type Experiment, type ModelFacts } from "./experiment.ts";

const options = z.object({
  ...modeOptions,
  windows: z.array(z.int().positive()).default([1, 5, 25]),
  majority: z.array(z.int().min(2)).default([5]),
  ahead: z.array(z.int().positive()).default([2]).describe("votes by which the first answer has to lead"),
  aheadMost: z.int().positive().default(15).describe("samples after which the leader is taken"),
  heal: z.array(z.int().positive()).default([10]),
  voteTemperature: z.number().positive().default(0.7),
  verifyTokens: answerTokens("when it checks first"),
});

/**
 * What keeps a model from slipping, and at what cost? A window of the last turns, votes in the full history, votes in
 * a fresh context that holds the state alone, checking the last total first, healing now and then, a recap of the
 * state in every question. Tokens and time stand beside the accuracy of each. Checking asks for thought as well, so
 * thought alone is an arm, too; both by prompt, and of a model that reasons. (Figures 9 to 11.)
 */
export const mitigations: Experiment<typeof options> = {
  name: "mitigations",
  question: "What keeps a model from slipping, and what does it cost in tokens and time?",
  options,
  arms: (base, given, model) => [
    control("own history", base),
    ...given.windows.map((turns) => arm(`window of ${turns}`, base, { history: `window:${turns}` })),
    ...given.majority.map((samples) =>
      arm(`majority of ${samples}`, base, {
        temperature: given.voteTemperature,
        votes: `majority:${samples}`,
      }),
    ),
    ...given.ahead.map((by) =>
      arm(`fresh context, ahead by ${by}`, base, {
        temperature: given.voteTemperature,
        history: "fresh",
        votes: `ahead:${by}:${given.aheadMost}`,
      }),
    ),
    ...thoughts(base, given, model),
    ...given.heal.map((every) => arm(`healed every ${every}`, base, { history: `heal:${every}` })),
    arm("recap of the state", base, { history: "recap" }),
  ],
};

/** Thought alone, and checking first, which asks for thought as well: each way of thinking has both. */
function thoughts(base: Settings, given: z.infer<typeof options>, model: ModelFacts): Arm[] {
  const { verifyTokens = "auto" } = given;
  const [byPrompt, byModel] = [{ mode: "cot" }, { mode: "thinking" }] as const;
  const check = { prompt: "verify" } as const;
  return [
    inMode("cot", "chain of thought", base, given, model, {}, { role: "thought", ...byPrompt }),
    inMode("thinking", "thinking", base, given, model, {}, { role: "thought", ...byModel }),
    arm("check first", base, { ...check, maxAnswerTokens: verifyTokens }, { role: "check", ...byPrompt }),
    inMode("thinking", "check first, thinking", base, given, model, check, { role: "check", ...byModel }),
  ];
}
