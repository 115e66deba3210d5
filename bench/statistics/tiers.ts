/**
 * Tiers of rows with known truth: how often a row that is as good as any is left out of the first one, how often a row is
 * said to be behind another that is no better, and how often the tiers come out as planted. Each false share has to stay
 * below 5 % plus four standard errors of such a count.
 * usage: npx tsx bench/statistics/tiers.ts [--studies 2000]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "../../src/figures/contender.ts";
import { decidingTest, ranked } from "../../src/figures/pairs.ts";
import { type FoundTier, tiersOf } from "../../src/figures/tiers.ts";
import { holmAdjusted } from "../../src/metrics/log-rank.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { drawStudy, studiesOf, uniform } from "./studies.ts";

export interface TierWorld {
  readonly name: string;
  /** Of each planted tier, the best first: how many rows, and the turn at which half of their rollouts have erred. */
  readonly tiers: readonly (readonly [rows: number, half: number])[];
  readonly rollouts: number;
  /** Chance that an instance strikes all rows with the same draw; all play the same instances. */
  readonly shared: number;
  /** Of the hazard: 1 constant, above rising, below falling. */
  readonly shape?: number;
}

const turns = 40;

export const worlds: readonly TierWorld[] = [
  ...[4, 6, 12].flatMap((rows) =>
    [20, 50].map((rollouts) => ({
      name: `${rows} equal`,
      tiers: [[rows, 15]] as const,
      rollouts,
      shared: 0,
    })),
  ),
  { name: "12 equal, half of the errors shared", tiers: [[12, 15]], rollouts: 50, shared: 0.5 },
  { name: "12 equal, falling hazard", tiers: [[12, 15]], rollouts: 50, shared: 0, shape: 0.6 },
  {
    name: "3 equal, 9 far behind",
    tiers: [
      [3, 60],
      [9, 3],
    ],
    rollouts: 50,
    shared: 0,
  },
  {
    name: "6 equal, 6 far behind",
    tiers: [
      [6, 60],
      [6, 3],
    ],
    rollouts: 50,
    shared: 0,
  },
  {
    name: "p 0.99, 0.95, 0.9",
    tiers: [
      [3, 69],
      [4, 13.5],
      [5, 6.6],
    ],
    rollouts: 20,
    shared: 0,
  },
  {
    name: "p 0.99, 0.95, 0.9",
    tiers: [
      [3, 69],
      [4, 13.5],
      [5, 6.6],
    ],
    rollouts: 50,
    shared: 0,
  },
  {
    name: "p 0.99, 0.95, 0.9",
    tiers: [
      [3, 69],
      [4, 13.5],
      [5, 6.6],
    ],
    rollouts: 100,
    shared: 0,
  },
  {
    name: "12, each 10 % better",
    tiers: Array.from({ length: 12 }, (_, index) => [1, 40 * 1.1 ** -index] as const),
    rollouts: 50,
    shared: 0,
  },
];

/** What became of studies of a world, as shares of them. */
export interface TierShares {
  /** Any of the best is not in the first tier. */
  readonly someBestOut: number;
  /** The same of one of them that is named before. */
  readonly namedBestOut: number;
  /** Somebody is said to be behind the first tier's best, and is as good. */
  readonly falseClaims: number;
  /** The same, were p-values adjusted for the comparisons with the best alone. */
  readonly falseIfUnchosen: number;
  /** All tiers are as planted. */
  readonly right: number;
}

export function tierShares(world: TierWorld, studies: number): TierShares {
  const random = new Random("tiers", JSON.stringify(world));
  const counts = { someBestOut: 0, namedBestOut: 0, falseClaims: 0, falseIfUnchosen: 0, right: 0 };
  for (let study = 0; study < studies; study++) {
    const found = tiersOf(ranked(drawRows(world, random)), "alike") ?? [];
    const [first] = found;
    if (first === undefined) throw new Error("fewer than four rows");
    const [one = 0] = world.tiers[0] ?? [];
    const best = first.rows.filter((row) => placeOf(row) === 0).length;
    const out = found.slice(1).flatMap(({ rows }) => rows);
    if (best < one) counts.someBestOut++;
    if (!first.rows.some(({ label }) => label === "0/0")) counts.namedBestOut++;
    if (out.some((row) => placeOf(row) <= placeOf(first.best))) counts.falseClaims++;
    if (isFalseIfUnchosen(first)) counts.falseIfUnchosen++;
    const isRight = found.length === world.tiers.length && found.every(isAsPlanted(world));
    if (isRight) counts.right++;
  }
  const share = (name: keyof typeof counts): number => counts[name] / studies;
  return {
    someBestOut: share("someBestOut"),
    namedBestOut: share("namedBestOut"),
    falseClaims: share("falseClaims"),
    falseIfUnchosen: share("falseIfUnchosen"),
    right: share("right"),
  };
}

function isAsPlanted({ tiers }: TierWorld): (tier: FoundTier, index: number) => boolean {
  return ({ rows }, index) =>
    rows.length === tiers[index]?.[0] && rows.every((row) => placeOf(row) === index);
}

function isFalseIfUnchosen({ best, pairs }: FoundTier): boolean {
  const adjusted = holmAdjusted(pairs.map((pair) => decidingTest(pair)?.pValue ?? 1));
  return pairs.some(
    ({ ahead, behind }, index) =>
      ahead === best && (adjusted[index] ?? 1) < 0.05 && placeOf(behind) <= placeOf(best),
  );
}

/** The planted tier, from 0, of which a row's label begins with the number. */
function placeOf({ label }: Contender): number {
  return Number.parseInt(label, 10);
}

function drawRows({ tiers, rollouts, shared, shape = 1 }: TierWorld, random: Random): Contender[] {
  const common = Array.from({ length: rollouts }, () => (random.unit() < shared ? uniform(random) : null));
  return tiers.flatMap(([rows, half], place) =>
    Array.from({ length: rows }, (_, index) => {
      const drawOf = (rollout: number): number => common[rollout] ?? uniform(random);
      const played = drawStudy(random, { half, shape }, { rollouts, turns, censoring: 0 }, drawOf);
      return rowOf(`${place}/${index}`, played);
    }),
  );
}

/** What tests and ranks look at. */
function rowOf(label: string, played: readonly PlayedRollout[]): Contender {
  const row: Partial<Contender> = {
    label,
    turns,
    played,
    rows: [],
    engine: "scripted",
    settings: { ...standardSettings, turns, requested: {} } as unknown as Contender["settings"],
    taskAccuracy: survivalCurve(played, turns).points,
  };
  return row as Contender;
}

function main(): void {
  const studies = studiesOf(2_000);
  const gate = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / studies);
  const percent = (share: number): string => (100 * share).toFixed(1);
  const lines = worlds.map((world) => {
    const { someBestOut, namedBestOut, falseClaims, falseIfUnchosen, right } = tierShares(world, studies);
    const mark = Math.max(namedBestOut, falseClaims) <= gate ? "" : " **above**";
    const shares = [someBestOut, namedBestOut, falseClaims].map(percent);
    return `| ${world.name} | ${world.rollouts} | ${shares.join(" | ")}${mark} | ${percent(falseIfUnchosen)} | ${percent(right)} |`;
  });
  writeFileSync(
    join(import.meta.dirname, "results/tiers.md"),
    `Share of ${studies} studies of ${turns} turns, in %. Gate: ${percent(gate)} % for a named best row that is left out, and for any row that is said to be behind one that is no better.

| rows | rollouts | some best left out | a named best left out | falsely behind | falsely behind, if the best were not chosen | tiers as planted |
|---|--:|--:|--:|--:|--:|--:|
${lines.join("\n")}
`,
  );
}

if (process.argv[1] === import.meta.filename) main();
