import { clusteredShare } from "../../metrics/accuracy.ts";
import { beyondChance } from "../../metrics/beyond-chance.ts";
import { percentiles } from "../../metrics/percentile.ts";
import type { Proportion } from "../../metrics/proportion.ts";
import {
  causesByAnswer,
  type Slip,
  type SlipCause,
  slipChances,
  slipKinds,
  type SlipExplanation,
  explainSlip,
} from "../../tasks/slips.ts";
import { firstSlips, noSlipCause, slipCause } from "../sentences/slips.ts";
import { sizesOfOthers } from "./slip-sizes.ts";
import type { DecodedSlip } from "./slips.ts";

/** Which causes the wrong numbers of some runs fit, and how often. */
export interface SlipShares {
  /** Wrong numbers that were decoded. */
  readonly slips: number;
  /** All that there were. */
  readonly all: number;
  readonly kinds: readonly (Proportion & {
    readonly kind: SlipExplanation;
    /** The share that errors without any meaning, of the same sizes, would have. */
    readonly chance: number;
    readonly isAboveChance: boolean;
  })[];
  /** Of those slips that fit another key's value; null without any. */
  readonly lookUps: {
    readonly medianDistance: number | null;
    readonly adjacent: Proportion;
    readonly adjacentChance: number;
    readonly sharedPrefix: Proportion;
    readonly sharedPrefixChance: number;
    readonly pairs: readonly { readonly asked: string; readonly taken: string; readonly n: number }[];
  } | null;
  /** In words. */
  readonly findings: readonly string[];
}

/** The decoded slips of a run, all of one setting. */
export interface RunSlips {
  readonly slips: readonly DecodedSlip[];
  /** Its wrong numbers, decoded or not. */
  readonly all: number;
  readonly valueMax: number;
}

const causes = [...slipKinds, "repair"] as const;
type Cause = (typeof causes)[number];
const falseClaims = 0.05;
/** From fewer slips no cause is claimed, however unlikely each of them is. */
const matchesAtLeast = 5;

type Item = DecodedSlip & { readonly cluster: string };

/**
 * Shares of causes over runs alike, with intervals that allow for slips of one rollout having one cause. Chance is
 * that of errors of the same sizes: for each slip, what would be said of an error as large as those of the other
 * rollouts, up or down; then the mean over all slips. A share is above chance where its 95 % interval is, and where
 * so many matches would come by chance in less than 5 % of runs, all causes taken together (Bonferroni); never from
 * fewer than 5 slips, or from fewer than 5 rollouts.
 */
export function slipShares(runs: readonly RunSlips[]): SlipShares {
  const items = runs.flatMap(({ slips }, run) =>
    slips.map((slip): Item => ({ ...slip, cluster: `${run} ${slip.rollout}` })),
  );
  const all = runs.reduce((sum, run) => sum + run.all, 0);
  const chances = chancesOf(items, Math.max(1, ...runs.map(({ valueMax }) => valueMax)));
  const kinds = ([...causes, "ambiguous", "unknown"] as const).map((kind) => {
    const own = chances.map((chance) => chance.get(kind) ?? 0);
    const share = clusteredShare(items, ({ explanation }) => explanation === kind);
    const chance = mean(own);
    return { kind, ...share, chance, isAboveChance: isCause(kind) && isAbove(items, kind, own, share) };
  });
  return {
    slips: items.length,
    all,
    kinds,
    lookUps: lookUpsOf(items),
    findings: [
      ...(items.length === 0 ? [] : findingsOf(kinds)),
      ...(all > items.length ? [firstSlips(items.length, all)] : []),
    ],
  };
}

function findingsOf(kinds: SlipShares["kinds"]): string[] {
  const found = kinds
    .filter(({ isAboveChance }) => isAboveChance)
    .toSorted((left, right) => right.correct - left.correct)
    .flatMap(({ kind, chance, ...share }) => (isCause(kind) ? [slipCause({ kind, share, chance })] : []));
  return found.length > 0 ? found : [noSlipCause()];
}

/** What an error without meaning would be called, slip by slip. */
function chancesOf(items: readonly Item[], valueMax: number): ReadonlyMap<SlipExplanation, number>[] {
  const sizesFor = sizesOfOthers(
    items.map(({ cluster, slip }) => ({ cluster, size: Math.abs(slip.answer - slip.expected) })),
    valueMax,
  );
  let cluster: string | null = null;
  let sizes: ReadonlyMap<number, number> = new Map();
  return items.map((item) => {
    if (item.cluster !== cluster) {
      ({ cluster } = item);
      sizes = sizesFor(cluster);
    }
    return slipChances(item.slip, sizes).explanations;
  });
}

/** Whether it says how a wrong number came about. */
export function isCause(kind: SlipExplanation): kind is Cause {
  return kind !== "ambiguous" && kind !== "unknown";
}

function isAbove(
  items: readonly Item[],
  kind: Cause,
  chances: readonly number[],
  { low, correct }: Proportion,
): boolean {
  if (low === null || low <= mean(chances) || correct < matchesAtLeast) return false;
  const tallies = new Map<string, { n: number; matches: number; expected: number }>();
  items.forEach(({ cluster, explanation }, index) => {
    const { n, matches, expected } = tallies.get(cluster) ?? { n: 0, matches: 0, expected: 0 };
    tallies.set(cluster, {
      n: n + 1,
      matches: matches + Number(explanation === kind),
      expected: expected + (chances[index] ?? 0),
    });
  });
  const pValue = beyondChance([...tallies.values()]);
  return pValue !== null && pValue * causes.length < falseClaims;
}

function lookUpsOf(items: readonly Item[]): SlipShares["lookUps"] {
  const found = items.flatMap((item) => {
    const nearest = nearestOf(item.causes);
    return item.explanation === "other_key" && nearest !== null ? [{ ...item, nearest }] : [];
  });
  if (found.length === 0) return null;
  const [medianDistance = null] = percentiles(
    found.map(({ nearest }) => nearest.distance ?? 0),
    [50],
  );
  const others = found.map(({ slip }) => lookUpsLike(slip));
  return {
    medianDistance,
    adjacent: clusteredShare(found, ({ nearest }) => nearest.distance === 1),
    adjacentChance: mean(others.map((like) => shareOf(like, ({ distance }) => distance === 1))),
    sharedPrefix: clusteredShare(found, ({ nearest }) => (nearest.sharedPrefix ?? 0) > 0),
    sharedPrefixChance: mean(others.map((like) => shareOf(like, (one) => (one.sharedPrefix ?? 0) > 0))),
    pairs: topPairs(found.map(({ nearest }) => nearest)),
  };
}

/** Of the entries whose value fits, the one that stands nearest to its key. */
function nearestOf(fits: readonly SlipCause[]): SlipCause | null {
  const [nearest = null] = fits
    .filter(({ kind }) => kind === "other_key")
    .toSorted((left, right) => (left.distance ?? 0) - (right.distance ?? 0));
  return nearest;
}

/** What would be seen of every other answer in this turn that fits another key's value and nothing else. */
function lookUpsLike(slip: Slip): SlipCause[] {
  return [...causesByAnswer(slip)].flatMap(([answer, fits]) => {
    const nearest = nearestOf(fits);
    return nearest !== null && explainSlip({ ...slip, answer }, fits) === "other_key" ? [nearest] : [];
  });
}

function topPairs(found: readonly SlipCause[]): { asked: string; taken: string; n: number }[] {
  const counts = new Map<string, { asked: string; taken: string; n: number }>();
  for (const { key, taken } of found) {
    const pair = { asked: key ?? "", taken: taken ?? "", n: 0 };
    const name = `${pair.asked} ${pair.taken}`;
    counts.set(name, { ...pair, n: (counts.get(name)?.n ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((left, right) => right.n - left.n).slice(0, 5);
}

function shareOf<One>(items: readonly One[], matches: (item: One) => boolean): number {
  return items.length === 0 ? 0 : items.filter(matches).length / items.length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
