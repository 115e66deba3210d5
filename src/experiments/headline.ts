import { z } from "zod";
import { arm, type Experiment } from "./experiment.ts";

/**
 * How good is one turn, and how far does a model get? One turn is asked behind right answers, so that it is one step and
 * nothing else: turn 1 from 0 adds to nothing, and turn 2 of a model's own may stand behind an error. (The paper's figure 1.)
 */
export const headline: Experiment = {
  name: "headline",
  question: "How good is one turn of each model, and how far does it get?",
  options: z.object({}),
  arms: (base) => [
    arm("own history", base, {}),
    // It costs one turn, so more of them cost little, and its interval is what limits the comparison.
    arm("one turn", base, { history: "healed", probe: [2], until: "end", rollouts: 4 * base.rollouts }),
  ],
};
