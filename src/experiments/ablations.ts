import { z } from "zod";
import { taskNames } from "../tasks/index.ts";
import { arm, control, type Experiment } from "./experiment.ts";

const options = z.object({
  tasks: z.array(z.enum(taskNames)).default([...taskNames]),
  unboundedTurns: z.int().positive().default(10).describe("turns of the unbounded matrix task"),
});

/**
 * Which part of the work is it that fails? Look-up alone, adding alone, the running sum without look-up, the full task;
 * the full task from a start that is not 0, so that turn 1 adds; turns in which there is nothing to do; products of
 * matrices, which cannot be put in another order. (Figures 8 and 15.)
 */
export const ablations: Experiment<typeof options> = {
  name: "ablations",
  question: "Which part of the work fails: looking up, adding, remembering, or all together?",
  options,
  arms(base, given) {
    const { turns } = base;
    const tasks = given.tasks.map((task, index) => {
      const change = {
        task,
        turns: task === "matrix-unbounded" ? Math.min(turns, given.unboundedTurns) : turns,
      };
      return index === 0 ? control(task, base, change) : arm(task, base, change);
    });
    if (!given.tasks.includes("dict-sum")) return tasks;
    const last = { probe: [turns] as const };
    return [
      ...tasks,
      arm("dict-sum from a random start", base, { start: "random" }),
      arm(`dict-sum, turn ${turns} after nothing to do`, base, {
        history: "filler",
        ...last,
      }),
      arm(`dict-sum, turn ${turns} after a healed history`, base, {
        history: "healed",
        ...last,
      }),
    ];
  },
};
