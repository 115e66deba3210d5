/**
 * Turn accuracy at equal turns. How often the experiment on degradation finds planted effects of length and of the model's
 * own errors, and how often it claims them where there are none; how often a difference is claimed between equal
 * models of unequal sizes, without common instances, with shared dictionaries and with rollouts cut by their skill; and
 * how often the interval holds the true difference.
 * usage: npx tsx bench/statistics/turn-accuracy.ts [--studies 4000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fewestEvents } from "../../src/metrics/power.ts";
import { normalQuantile } from "../../src/metrics/distributions.ts";
import { testParts, testShares, type SharesTest } from "../../src/metrics/paired-shares.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";
import { Random } from "../../src/random.ts";
import { studiesOf } from "./studies.ts";
import {
  chanceAt,
  cutSome,
  drawInstances,
  type InstancesShape,
  play,
  type TurnInstance,
  type TurnModel,
} from "./turn-studies.ts";

export interface DegradationWorld {
  readonly name: string;
  readonly model: TurnModel;
  readonly frailty?: number;
  readonly rollouts: readonly [own: number, healed: number];
  readonly turns: number;
  /** What has to be found in at least 90 %; all else at most in 6 %. */
  readonly planted: readonly ("length" | "errors")[];
}

const full = { rollouts: [100, 100], turns: 100 } as const;

export const degradationWorlds: readonly DegradationWorld[] = [
  { name: "own errors", model: { p: 0.98, conditioning: 30 }, ...full, planted: ["errors"] },
  { name: "drift", model: { p: 0.98, drift: -0.03 }, ...full, planted: ["length"] },
  { name: "unlike instances", model: { p: 0.98 }, frailty: 1.5, ...full, planted: [] },
  { name: "nothing", model: { p: 0.98 }, ...full, planted: [] },
  { name: "nothing, few", model: { p: 0.9 }, rollouts: [10, 10], turns: 20, planted: [] },
  {
    name: "unlike instances, unequal",
    model: { p: 0.9 },
    frailty: 1.5,
    rollouts: [10, 25],
    turns: 20,
    planted: [],
  },
  {
    name: "drift, few",
    model: { p: 0.98, drift: -0.15 },
    rollouts: [10, 10],
    turns: 40,
    planted: ["length"],
  },
];

export interface DegradationShares {
  /** Claimed by p times 2 below 0.05 and at least five errors, as the experiment does. */
  readonly length: number;
  readonly errors: number;
  /** p below 0.05 alone. */
  readonly lengthAlone: number;
  readonly errorsAlone: number;
}

export function degradation(world: DegradationWorld, studies: number): DegradationShares {
  const random = new Random("degradation", JSON.stringify(world));
  const { turns, frailty = 0, rollouts } = world;
  const counts = { length: 0, errors: 0, lengthAlone: 0, errorsAlone: 0 };
  const [early, late] = quarters(turns);
  for (let study = 0; study < studies; study++) {
    const instances = drawInstances(random, { rollouts: Math.max(...rollouts), frailty });
    const own = play(random, world.model, instances.slice(0, rollouts[0]), turns, "own");
    const healed = play(random, world.model, instances.slice(0, rollouts[1]), turns, "healed");
    const length = testParts(healed, early, late, 2);
    const errors = testShares(own, healed, {
      turns: new Set(range(2, turns)),
      planned: turns,
      comparisons: 2,
    });
    if (isClaimed(length, 2)) counts.length++;
    if (isClaimed(errors, 2)) counts.errors++;
    if (isClaimed(length, 1)) counts.lengthAlone++;
    if (isClaimed(errors, 1)) counts.errorsAlone++;
  }
  return {
    length: counts.length / studies,
    errors: counts.errors / studies,
    lengthAlone: counts.lengthAlone / studies,
    errorsAlone: counts.errorsAlone / studies,
  };
}

function isClaimed(test: SharesTest | null, tests: number): boolean {
  return test !== null && test.errors >= fewestEvents && tests * test.pValue < 0.05;
}

function quarters(turns: number): [Set<number>, Set<number>] {
  const size = Math.max(1, Math.floor((turns - 1) / 4));
  return [new Set(range(2, size + 1)), new Set(range(turns - size + 1, turns))];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export interface ContestWorld {
  readonly name: string;
  readonly models: readonly [TurnModel, TurnModel];
  readonly sizes: readonly [number, number];
  /** Instances that both play, the first of either. */
  readonly common: number;
  readonly turns: number;
  readonly frailty?: number;
  readonly dictionaries?: InstancesShape["dictionaries"];
  /** Share of rollouts that are cut: the hardest of the first sample, the easiest of the second. */
  readonly cuts?: number;
}

const equal: readonly [TurnModel, TurnModel] = [{ p: 0.9 }, { p: 0.9 }];
const unlike: readonly [TurnModel, TurnModel] = [{ p: 0.93 }, { p: 0.88 }];
const cells = (
  name: string,
  rest: Omit<ContestWorld, "name" | "models">,
  laws: readonly [TurnModel, TurnModel] = equal,
): ContestWorld => ({ name, models: laws, ...rest });

const pairs = { common: 60, sizes: [60, 60], turns: 30 } as const;
const alone = { common: 0, turns: 30 } as const;

export const contestWorlds: readonly ContestWorld[] = [
  cells("paired", pairs),
  cells("paired, unlike instances", { ...pairs, frailty: 1.5 }),
  cells("paired, few errors", { common: 20, sizes: [20, 20], turns: 20 }, [{ p: 0.99 }, { p: 0.99 }]),
  cells("few pairs", { common: 6, sizes: [6, 6], turns: 30, frailty: 1 }),
  cells("no common instance", { ...alone, sizes: [40, 40], frailty: 1 }),
  cells("2 against 100", { ...alone, sizes: [2, 100], frailty: 1 }),
  cells("10 against 400", { ...alone, sizes: [10, 400] }),
  cells("partly paired", { common: 20, sizes: [30, 60], turns: 30, frailty: 1 }),
  ...[6, 10, 30].map((count) =>
    cells(`${count} dictionaries`, { ...pairs, dictionaries: { count, spread: 1 } }),
  ),
  ...[6, 10, 30].map((count) =>
    cells(`${count} dictionaries, none in common`, {
      ...alone,
      sizes: [60, 60],
      dictionaries: { count, spread: 1 },
    }),
  ),
  ...[0.05, 0.2, 0.5].map((cuts) => cells(`${100 * cuts} % cut by skill`, { ...pairs, frailty: 1.5, cuts })),
  cells("0.93 against 0.88", pairs, unlike),
  cells("0.93 against 0.88, few pairs", { common: 8, sizes: [8, 8], turns: 20 }, unlike),
  cells("0.99 against 0.98, few errors", { common: 20, sizes: [20, 20], turns: 20 }, [
    { p: 0.99 },
    { p: 0.98 },
  ]),
  cells("0.93 against 0.88, unlike sizes", { ...alone, sizes: [12, 60], frailty: 1 }, unlike),
  cells("0.93 against 0.88, 20 % cut by skill", { ...pairs, frailty: 1, cuts: 0.2 }, unlike),
];

/** Share of studies with p below 0.05, and with the true difference inside the 95 % interval. */
export function contest(world: ContestWorld, studies: number): { claims: number; held: number } {
  const random = new Random("contest", JSON.stringify(world));
  const truth = trueShare(world, 0) - trueShare(world, 1);
  let [claims, held] = [0, 0];
  for (let study = 0; study < studies; study++) {
    const [first, second] = drawContest(random, world);
    const test = testShares(first, second, { planned: world.turns });
    if (test === null) continue;
    if (test.pValue < 0.05) claims++;
    if ((test.low ?? -1) <= truth && truth <= (test.high ?? 1)) held++;
  }
  return { claims: claims / studies, held: held / studies };
}

function drawContest(random: Random, world: ContestWorld): [TurnAnswers[], TurnAnswers[]] {
  const { common, sizes, turns, models, frailty = 0, dictionaries, cuts = 0 } = world;
  const shape = { frailty, ...(dictionaries === undefined ? {} : { dictionaries }) };
  const shared = drawInstances(random, { ...shape, rollouts: common });
  const samples = sizes.map((size, side) => {
    const own = drawInstances(random, { ...shape, rollouts: size - common, prefix: `${side}.` });
    const instances = [...shared, ...own];
    const played = play(random, models[side] ?? equal[0], instances, turns, "healed");
    return cuts === 0 ? played : cutSome(random, played, isCutOf(instances, cuts, side === 0));
  });
  return [samples[0] ?? [], samples[1] ?? []];
}

function isCutOf(
  instances: readonly TurnInstance[],
  share: number,
  isHard: boolean,
): (rollout: TurnAnswers) => boolean {
  const ordered = instances.toSorted((left, right) =>
    isHard ? left.ease - right.ease : right.ease - left.ease,
  );
  const cut = new Set(ordered.slice(0, Math.round(share * instances.length)).map(({ instance }) => instance));
  return ({ instance }) => cut.has(instance);
}

/** Over all instances: the mean at 2,000 equally likely ones. */
function trueShare({ models, turns, frailty = 0, dictionaries }: ContestWorld, side: 0 | 1): number {
  const spread = Math.hypot(frailty, dictionaries?.spread ?? 0);
  const model = models[side];
  const points = spread === 0 ? [0.5] : Array.from({ length: 2000 }, (_, index) => (index + 0.5) / 2000);
  const right = points.reduce((sum, point) => {
    const ease = spread * normalQuantile(point);
    return sum + range(1, turns).reduce((all, turn) => all + chanceAt(model, ease, turn, 0), 0);
  }, 0);
  return right / points.length / turns;
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const told = (line: string): string => {
    process.stderr.write(`${line}\n`);
    return line;
  };
  const found = degradationWorlds.map((world) => {
    const { length, errors, lengthAlone, errorsAlone } = degradation(world, studies);
    const shares = [length, lengthAlone, errors, errorsAlone].map(percent).join(" | ");
    return told(`| ${world.name} | ${world.rollouts.join(" / ")} | ${world.turns} | ${shares} |`);
  });
  const claimed = contestWorlds.map((world) => {
    const { claims, held } = contest(world, studies);
    return told(`| ${world.name} | ${world.sizes.join(" / ")} | ${percent(claims)} | ${percent(held)} |`);
  });
  const text = [
    `npx tsx bench/statistics/turn-accuracy.ts --studies ${studies}`,
    "",
    `Degradation, ${studies} studies a cell: planted effects in at least 90 %, others in at most 6 %.`,
    "",
    "| world | rollouts, own / healed | turns | length costs or gains | p < 0.05 alone | own errors | p < 0.05 alone |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...found,
    "",
    `Two models, ${studies} studies a cell: between equal ones at most 6 % claims, the true difference inside in at least 93 %.`,
    "",
    "| world | rollouts | difference claimed | interval holds it |",
    "|---|--:|--:|--:|",
    ...claimed,
    "",
  ].join("\n");
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results", "turn-accuracy.md"), text);
  process.stdout.write(text);
}
