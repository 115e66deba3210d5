import type { RecommendedRow, UndecidedPair } from "../../figures/choice-schema.ts";
import { isFaster, memoryMargin, memoryOf, speedMargin } from "../../figures/beaten.ts";
import { mostTimes } from "../../metrics/power.ts";
import { twoDigitsUp } from "../../metrics/two-digits.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import { type BestTests, type Candidate, type Choice, choiceOf } from "../../figures/recommendation.ts";
import { isShownAhead, type Pair } from "../../figures/pairs.ts";
import { claimOf } from "./tier-conclusion.ts";
import * as say from "../sentences/recommendation.ts";

/** Which to run, and what is said of it; nothing where there is no choice. */
export function recommendationPart(
  candidates: readonly Candidate[],
  tests: BestTests,
): Pick<CompareDocument, "recommendation"> {
  const choice = choiceOf(candidates, tests);
  if (choice === null) return {};
  const groups = candidates.map(({ row }) => row);
  return { recommendation: { ...choice, sentences: sentencesOf(choice, groups, tests.pairs) } };
}

/** Which to run; of those that are not: why one might, and which never; what is not told. */
function sentencesOf(choice: Choice, groups: readonly CompareGroup[], pairs: readonly Pair[]): string[] {
  const { rows } = choice;
  const rowOf = (label: string): CompareGroup[] => groups.filter((group) => group.label === label);
  const possible = rows
    .filter(({ isAmongBest }) => isAmongBest === true)
    .flatMap(({ label }) => rowOf(label));
  const [best] = possible;
  if (best === undefined) return [];
  // How little further one gets than another that does no turn either helps nobody.
  if (best.floor !== null) return [say.runNone(best.label)];
  const finished = possible.filter(({ status }) => status === "complete");
  const among = finished.length > 0 ? finished : possible;
  const aside = possible.filter((row) => !among.includes(row)).map(({ label }) => label);
  const others = rows
    .filter(({ isAmongBest, beatenBy }) => isAmongBest === false && beatenBy.length === 0)
    .flatMap(({ label }) => rowOf(label))
    .map((group) => otherOffer(group, among))
    .filter(({ timesAsFast, partOfMemory }) => timesAsFast !== null || partOfMemory !== null);
  const beaten = rows.filter(({ beatenBy }) => beatenBy.length > 0);
  const isMemoryKnown = beaten.every(({ memoryBytes }) => memoryBytes !== null);
  return [
    possible.length === 1 ? furthestSentence(best, rows, pairs) : amongSentence(among),
    ...(aside.length > 0 ? [say.unfinishedAside(aside)] : []),
    ...(others.length > 0 ? [say.runInstead(others)] : []),
    ...(beaten.length > 0 ? [say.leaveOut(beaten.map(beatenFigures), isMemoryKnown)] : []),
    ...openSentences(choice.undecided.filter((pair) => !isOf(pair, aside))),
  ];
}

function isOf({ ahead, behind }: UndecidedPair, labels: readonly string[]): boolean {
  return labels.includes(ahead) || labels.includes(behind);
}

/** Only where each of the others is shown to be behind it is it told in what. */
function furthestSentence(best: CompareGroup, rows: Choice["rows"], pairs: readonly Pair[]): string {
  const others = rows.filter(({ isAmongBest }) => isAmongBest === false).map(({ label }) => label);
  const own = pairs.filter(
    (pair) => isShownAhead(pair) && pair.ahead.label === best.label && others.includes(pair.behind.label),
  );
  return say.runFurthest(offer(best), others, own.length === others.length ? claimOf(own) : "mixed");
}

function beatenFigures({ label, beatenBy }: RecommendedRow): say.BeatenFigures {
  return { label, by: beatenBy };
}

/** Which of those that cannot be told from the best. */
function amongSentence(among: readonly CompareGroup[]): string {
  const [only, ...more] = among;
  if (only !== undefined && more.length === 0) return say.runFinished(offer(only));
  const labels = among.map(({ label }) => label);
  const fast = fastestOf(among);
  const small = smallestOf(among);
  const both = fast.filter((group) => small.includes(group));
  if (both.length === among.length) return say.runAny(among.map(offer));
  if (both.length === 0) return say.runByNeed(fast.map(offer), small.map(offer), labels);
  return say.runFaster(both.map(offer), labels, speedMargin);
}

/** Those than which none is faster; all where speeds were not measured alike. */
function fastestOf(rows: readonly CompareGroup[]): readonly CompareGroup[] {
  return rows.filter((row) => !rows.some((other) => isFaster(other, row)));
}

/** Those that take no more than the least; all where somebody's is not known. */
function smallestOf(rows: readonly CompareGroup[]): readonly CompareGroup[] {
  const known = rows.map(memoryOf).filter((bytes) => bytes !== null);
  if (known.length < rows.length) return rows;
  const least = Math.min(...known);
  return rows.filter((row) => (memoryOf(row) ?? 0) <= least * (1 + memoryMargin));
}

/** Beside the fastest and the smallest of the best ones. */
function otherOffer(group: CompareGroup, among: readonly CompareGroup[]): say.OtherOffer {
  const isFasterThanAll = among.every((best) => isFaster(group, best));
  const rates = among.map(({ correctTurnsPerSecond }) => correctTurnsPerSecond ?? Number.NaN);
  const memory = among.map((best) => memoryOf(best) ?? Number.NaN);
  const part = (memoryOf(group) ?? Number.NaN) / Math.min(...memory);
  return {
    ...offer(group),
    timesAsFast: isFasterThanAll ? (group.correctTurnsPerSecond ?? Number.NaN) / Math.max(...rates) : null,
    partOfMemory: part < 1 - memoryMargin ? part : null,
  };
}

function offer(group: CompareGroup): say.OfferFigures {
  const { label, horizons, correctTurnsPerSecond } = group;
  const half = horizons.find(({ s }) => s === 0.5);
  return { label, half, correctTurnsPerSecond, memoryBytes: memoryOf(group) };
}

/** Null: no number of rollouts that anybody would play. */
function asGuessed(pair: UndecidedPair): UndecidedPair | null {
  const { moreRollouts, moreMs } = pair;
  if (moreRollouts === null) return null;
  const ms = moreMs === null ? null : twoDigitsUp(moreMs);
  return { ...pair, moreRollouts: twoDigitsUp(moreRollouts), moreMs: ms };
}

/** What is not told, and what would tell it. */
function openSentences(undecided: readonly UndecidedPair[]): string[] {
  const tellable = undecided.flatMap((pair) => asGuessed(pair) ?? []);
  const alike = undecided.filter((pair) => pair.moreRollouts === null && pair.hasErrors);
  const short = undecided.filter(({ hasErrors }) => !hasErrors);
  return [
    ...(tellable.length > 0 ? [say.undecidedBetween(tellable)] : []),
    ...(alike.length > 0 ? [say.tooAlike(alike, mostTimes)] : []),
    ...(short.length > 0 ? [say.longerNeeded(short)] : []),
  ];
}
