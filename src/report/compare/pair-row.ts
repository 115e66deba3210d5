import type { ComparePair } from "../../figures/compare-schema.ts";
import { agreementOf } from "../../figures/agreement.ts";
import { mcNemarOf, meanTurnsDifference } from "../../figures/pair-estimates.ts";
import { type Pair, ratioOf } from "../../figures/pairs.ts";
import { pairSentence } from "./pair-sentences.ts";

/**
 * A pair of a comparison: its figures and its sentence.
 *
 * @param withRatio whether its bootstrap is worth its time: for the pairs that the conclusion speaks of
 */
export function describePair(pair: Pair, withRatio: boolean): ComparePair {
  const { ahead, behind, turns, pairedRollouts, test, turnsTest, crossing, decidedBy, pValue, isShown } =
    pair;
  return {
    ahead: ahead.label,
    behind: behind.label,
    turns,
    pairedRollouts,
    test: test?.test ?? null,
    excess: test?.excess ?? null,
    pValue: test?.pValue ?? null,
    adjustedPValue: pValue,
    isShown,
    decidedBy,
    firstErrors: test?.events ?? null,
    cutRollouts: test?.cuts ?? 0,
    dictionaries: test?.dictionaries ?? null,
    turnAccuracy:
      turnsTest === null
        ? null
        : {
            ahead: turnsTest.first,
            behind: turnsTest.second,
            difference: turnsTest.difference,
            low: turnsTest.low,
            high: turnsTest.high,
            pValue: turnsTest.pValue,
          },
    agreement: agreementOf(pair),
    crossing:
      crossing === null
        ? null
        : { limit: crossing.turns, mean: crossing.mean, low: crossing.low, high: crossing.high },
    ratio: withRatio ? ratioOf(pair) : null,
    // Turns of unlike sizes have no difference.
    meanTurnsDifference: decidedBy === "nothing" ? null : meanTurnsDifference(pair),
    mcNemar: decidedBy === "nothing" ? null : mcNemarOf(pair),
    verdict: pairSentence(pair),
  };
}
