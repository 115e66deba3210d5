import { z } from "zod";
import type { Settings } from "../settings/settings.ts";
import { inMode, modeNames, modeOptions, type ModeName } from "./modes.ts";
import { percent, type Arm, type ArmResult, type Experiment } from "./experiment.ts";

const usualThreshold = 0.8;

const options = z.object({
  modes: z.array(z.enum(modeNames)).min(1).default(["direct"]),
  threshold: z.number().gt(0).lt(1).default(usualThreshold),
  largest: z.int().positive().default(64).describe("keys in a turn at most"),
  coarse: z.int().positive().default(20).describe("rollouts of each step of the search"),
  fine: z.int().positive().default(100).describe("rollouts at each size near the threshold"),
  ...modeOptions,
});

type CapacityOptions = z.infer<typeof options>;

/**
 * How many steps does a model get right in one turn? The largest K with at least 80 % right. A coarse search doubles K
 * and halves the gap, as the paper did; then the sizes around its result are measured with many more rollouts, and a
 * monotone curve is fitted to all of them. (Figure 7.)
 */
export const capacity: Experiment<typeof options> = {
  name: "capacity",
  question: "How many steps does a model get right in a single turn?",
  options,
  arms: () => [],
  next(base, given, model, done) {
    for (const mode of given.modes) {
      const step = nextStep(given, resultsOf(mode, done));
      if (step === null) continue;
      const made = armOf(mode, step, base, given, model);
      // Nothing to search for in a mode that the model does not have.
      if (made.leftOut !== null && resultsOf(mode, done).length > 0) continue;
      return made;
    }
    return null;
  },
  searches: (base, given, model) =>
    given.modes.map((mode) =>
      Array.from({ length: given.largest + 1 }, (_, found) =>
        stepsTo(found, given).map((step) => armOf(mode, step, base, given, model)),
      ),
    ),
};

/** The steps of a search in which this size and all below it pass, and none above. */
function stepsTo(found: number, given: CapacityOptions): Step[] {
  const done: Found[] = [];
  for (let step = nextStep(given, done); step !== null; step = nextStep(given, done))
    done.push({ ...step, n: 1, correct: step.keys <= found ? 1 : 0 });
  return done;
}

interface Step {
  readonly keys: number;
  readonly phase: "search" | "fine";
}

/** The size to measure next: first the search, then the sizes around its result. */
function nextStep(given: CapacityOptions, done: readonly Found[]): Step | null {
  const searched = done.filter(({ phase }) => phase === "search");
  const next = searchStep(given, searched);
  if (next !== null) return { keys: next, phase: "search" };
  const found = Math.max(0, ...searched.filter((one) => passes(one, given)).map(({ keys }) => keys));
  const near = [found - 1, found, found + 1, found + 2].filter((keys) => keys >= 1 && keys <= given.largest);
  const missing = near.find((keys) => !done.some((one) => one.phase === "fine" && one.keys === keys));
  return missing === undefined ? null : { keys: missing, phase: "fine" };
}

/** Doubles until a size fails, then halves the gap; null when there is none left. */
function searchStep({ largest, ...given }: CapacityOptions, searched: readonly Found[]): number | null {
  const good = Math.max(
    0,
    ...searched.filter((one) => passes(one, { largest, ...given })).map(({ keys }) => keys),
  );
  const failed = searched.filter((one) => !passes(one, { largest, ...given })).map(({ keys }) => keys);
  const bad = Math.min(largest + 1, ...failed);
  if (bad - good <= 1) return null;
  return failed.length === 0 ? Math.min(largest, Math.max(1, good * 2)) : Math.floor((good + bad) / 2);
}

function passes({ n, correct }: Found, { threshold }: CapacityOptions): boolean {
  return n > 0 && correct / n >= threshold;
}

interface Found extends Step {
  readonly n: number;
  readonly correct: number;
}

/** What was measured in a mode. */
function resultsOf(mode: ModeName, done: readonly ArmResult[]): Found[] {
  return done
    .filter(({ facts }) => facts.mode === mode)
    .map(({ facts: { phase = "fine" }, keysPerTurn, n, correct }) => ({
      keys: keysPerTurn,
      phase,
      n,
      correct,
    }));
}

function armOf(
  mode: ModeName,
  { keys, phase }: Step,
  base: Settings,
  given: CapacityOptions,
  model: Parameters<Experiment["arms"]>[2],
): Arm {
  // Names and rows of earlier versions say nothing of the usual one.
  const isUsual = given.threshold === usualThreshold;
  const size = `${mode} K=${keys}${isUsual ? "" : ` at ${percent(given.threshold)} %`}`;
  const name = phase === "search" ? `${size}, search` : size;
  const change = {
    rollouts: phase === "search" ? given.coarse : given.fine,
    // Other instances than the search had: its result is chosen by what it saw.
    seed: phase === "search" ? base.seed : base.seed + 1_000_000,
    turns: 1,
    keysPerTurn: keys,
  };
  return inMode(mode, name, base, given, model, change, {
    mode,
    phase,
    ...(isUsual ? {} : { capacityThreshold: given.threshold }),
  });
}
