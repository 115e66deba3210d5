import { type Contender, isMeasured } from "../../figures/contender.ts";
import { decidingTest, eventsOf, isFurther, type Pair } from "../../figures/pairs.ts";
import type { FoundTier } from "../../figures/tiers.ts";
import { fewestEvents } from "../../metrics/power.ts";
import type { RunRecord } from "../../store/rows.ts";
import * as say from "../sentences/tiers.ts";
import { floorsTogether } from "./floors-together.ts";

/** Who may be the best, who is behind, and of whom nothing can be said. */
export function tierSentences([first]: readonly FoundTier[]): string[] {
  if (first === undefined) return [];
  const { best, rows, pairs } = first;
  const othersOf = (some: readonly Pair[]): string[] =>
    some.map(({ ahead, behind }) => (ahead === best ? behind : ahead).label);
  const isTied = ({ ahead, behind }: Pair): boolean => rows.includes(ahead) && rows.includes(behind);
  const [tied, behind] = [pairs.filter(isTied), pairs.filter((pair) => !isTied(pair))];
  const figures: say.TierFigures = {
    best: best.label,
    tied: othersOf(tied),
    behind: othersOf(behind),
    claim: claimOf(behind),
    tests: [...new Set(pairs.flatMap(({ decidedBy }) => (decidedBy === "nothing" ? [] : [decidedBy])))],
  };
  const open = tied.filter((pair) => decidingTest(pair)?.isOpen === true);
  const few = tied.filter((pair) => !open.includes(pair) && eventsOf(pair) < fewestEvents);
  return [
    tied.length === 0
      ? say.aloneAheadSentence(figures)
      : behind.length === 0
        ? say.noneBehindSentence(figures)
        : say.tiedSentence(figures),
    ...(open.length > 0 ? [say.untoldSentence("cuts", best.label, othersOf(open))] : []),
    ...(few.length > 0 ? [say.untoldSentence("errors", best.label, othersOf(few))] : []),
  ];
}

/** In what the one ahead is ahead in all of these. */
export function claimOf(pairs: readonly Pair[]): say.TierFigures["claim"] {
  const found = new Set(
    pairs.map((pair) => (pair.decidedBy === "turns" ? "turns" : isFurther(pair) ? "further" : "within")),
  );
  const [only = "mixed"] = found;
  return found.size === 1 ? only : "mixed";
}

/**
 * What makes rows mean less, each once with all that it concerns.
 *
 * @param rows those without a turn included
 * @param beside all runs of the document
 */
export function weaknessSentences(rows: readonly Contender[], beside: readonly RunRecord[]): string[] {
  const measured = rows.filter(isMeasured);
  const tell = (weakness: say.Weakness, concerned: readonly Contender[]): string[] => {
    const labels = concerned.map(({ label }) => label);
    return labels.length === 0 ? [] : [say.weaknessSentence(weakness, labels)];
  };
  const cold = measured.filter(({ coldStart }) => coldStart?.isShown === true);
  const improving = measured.filter(({ improvement }) => improvement?.isShown === true);
  const unfinished = ["interrupted", "running", "failed"] as const;
  const without = rows.filter((one) => !measured.includes(one));
  return [
    ...tell("cold", cold),
    ...tell("improving", improving),
    ...floorsTogether(
      measured.map((contender) => ({ label: contender.label, contender })),
      beside,
    ),
    ...unfinished.flatMap((status) =>
      tell(
        status,
        measured.filter((one) => one.status === status),
      ),
    ),
    ...tell("none", without),
  ];
}
