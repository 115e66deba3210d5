import type { RecommendedRow } from "../../figures/choice-schema.ts";
import { isFaster, memoryMargin, memoryOf, speedMargin } from "../../figures/beaten.ts";
import { mostTimes } from "../../metrics/power.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import { type BestTests, type Candidate, type Choice, choiceOf } from "../../figures/recommendation.ts";
import * as say from "../sentences/recommendation.ts";

/** Which to run, and what is said of it; nothing where there is no choice. */
export function recommendationPart(
  candidates: readonly Candidate[],
  tests: BestTests,
): Pick<CompareDocument, "recommendation"> {
  const choice = choiceOf(candidates, tests);
  if (choice === null) return {};
  const groups = candidates.map(({ row }) => row);
  return { recommendation: { ...choice, sentences: sentencesOf(choice, groups) } };
}

/** Which to run; of those that are not: why one might, and which never; what is not told. */
function sentencesOf(choice: Choice, groups: readonly CompareGroup[]): string[] {
  const { rows } = choice;
  const rowOf = (label: string): CompareGroup[] => groups.filter((group) => group.label === label);
  const among = rows.filter(({ isAmongBest }) => isAmongBest === true).flatMap(({ label }) => rowOf(label));
  const [best] = among;
  if (best === undefined) return [];
  // How little further one gets than another that does no turn either helps nobody.
  if (best.floor !== null) return [say.runNone(best.label)];
  const others = rows
    .filter(({ isAmongBest, beatenBy }) => isAmongBest === false && beatenBy.length === 0)
    .flatMap(({ label }) => rowOf(label))
    .map((group) => otherOffer(group, among))
    .filter(({ timesAsFast, partOfMemory }) => timesAsFast !== null || partOfMemory !== null);
  const beaten = rows.filter(({ beatenBy }) => beatenBy.length > 0);
  const isMemoryKnown = beaten.every(({ memoryBytes }) => memoryBytes !== null);
  return [
    among.length === 1 ? say.runFurthest(offer(best), restOf(best, rows)) : amongSentence(among),
    ...(others.length > 0 ? [say.runInstead(others)] : []),
    ...(beaten.length > 0 ? [say.leaveOut(beaten.map(beatenFigures), isMemoryKnown)] : []),
    ...openSentences(choice),
  ];
}

function beatenFigures({ label, beatenBy }: RecommendedRow): say.BeatenFigures {
  return { label, by: beatenBy };
}

function restOf({ label }: CompareGroup, rows: Choice["rows"]): string[] {
  return rows.map((row) => row.label).filter((other) => other !== label);
}

/** Which of those that cannot be told from the best. */
function amongSentence(among: readonly CompareGroup[]): string {
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

/** What is not told, and what would tell it. */
function openSentences({ undecided }: Choice): string[] {
  const tellable = undecided.filter(({ moreRollouts }) => moreRollouts !== null);
  const alike = undecided.filter((pair) => pair.moreRollouts === null && pair.hasErrors);
  const short = undecided.filter(({ hasErrors }) => !hasErrors);
  return [
    ...(tellable.length > 0 ? [say.undecidedBetween(tellable)] : []),
    ...(alike.length > 0 ? [say.tooAlike(alike, mostTimes)] : []),
    ...(short.length > 0 ? [say.longerNeeded(short)] : []),
  ];
}
