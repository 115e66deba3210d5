import { z } from "zod";
import type { Settings } from "../settings/settings.ts";
import { answerTokens, inMode } from "./modes.ts";
import type { Arm, ArmResult, Experiment, ModelFacts } from "./experiment.ts";

const fewest = 2;

const options = z.object({
  cotTokens: answerTokens("with chain of thought"),
  most: z.int().min(fewest).default(100).describe("samples of the vote at most"),
});

type VotesOptions = z.infer<typeof options>;

/**
 * Is it better spent side by side, or one after the other? A vote over answers that are given at once, of so many samples
 * that it decodes as many tokens as reasoning in words does; what that takes is measured before. (Figure 11.)
 */
export const votes: Experiment<typeof options> = {
  name: "votes",
  question:
    "Does a vote over answers given at once get as many right as reasoning in words with as many tokens?",
  options,
  arms: (base, given, model) => [
    inMode("cot", "chain of thought", base, modeSettings(given), model, {}, { role: "control", mode: "cot" }),
    inMode("direct", "direct", base, modeSettings(given), model, {}, { mode: "direct" }),
  ],
  next(base, given, model, done) {
    const [thought, direct] = ["cot", "direct"].map((mode) => done.find(({ facts }) => facts.mode === mode));
    const isVoted = done.some(({ facts }) => facts.mode === "voting");
    if (isVoted || thought === undefined || direct === undefined) return null;
    const samples = samplesFor(thought, direct, given);
    return samples === null ? null : voteOf(samples, base, given, model);
  },
  searches: (base, given, model) => [
    [fewest, given.most].map((samples) => [voteOf(samples, base, given, model)]),
  ],
};

/** As many as come to the same decoded tokens, within what is allowed; null: not known, since one of the two did not end. */
function samplesFor(thought: ArmResult, direct: ArmResult, { most }: VotesOptions): number | null {
  const [long, short] = [thought.decodedTokens, direct.decodedTokens];
  if (thought.n === 0 || direct.n === 0) return null;
  // Of an engine that counts no tokens the vote is as large as it may be.
  if (long === null || short === null || short === 0) return most;
  return Math.min(most, Math.max(fewest, Math.round(long / short)));
}

function voteOf(samples: number, base: Settings, given: VotesOptions, model: ModelFacts): Arm {
  const mode = { ...modeSettings(given), samples };
  return inMode("voting", `majority of ${samples}`, base, mode, model, {}, { mode: "voting" });
}

function modeSettings({ cotTokens, most }: VotesOptions) {
  return { cotTokens, samples: most };
}
