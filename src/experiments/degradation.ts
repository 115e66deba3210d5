import { z } from "zod";
import { arm, control, type Experiment } from "./experiment.ts";

/**
 * Do steps get worse because the conversation is long, or because it holds errors? The same instances with the model's
 * own history and with one in which every total is the true one. (Figure 5, its 0 % line.)
 */
export const degradation: Experiment = {
  name: "degradation",
  question: "Do steps get worse with length alone (healed history), or with the model's own errors?",
  options: z.object({}),
  arms: (base) => [control("own history", base), arm("healed history", base, { history: "healed" })],
};
