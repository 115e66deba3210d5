import { agreementOf } from "../../figures/agreement.ts";
import { type Contender, horizonAt } from "../../figures/contender.ts";
import { everyPairAtMost } from "../../figures/few-rows.ts";
import {
  contraryThreshold,
  type Deciding,
  decidingTest,
  eventsOf,
  isFurther,
  isShownAhead,
  type Pair,
  ratioOf,
  tellingThreshold,
} from "../../figures/pairs.ts";
import { fewestEvents } from "../../metrics/power.ts";
import * as say from "../sentences/conclusions.ts";
import { agreementSentence } from "../sentences/quantizations.ts";

/** Why some pairs have no test. @param rows all that are compared */
export function untestedSentences(
  untested: readonly Pick<Pair, "ahead" | "behind">[],
  rows: readonly Contender[],
): string[] {
  const isUnlike = ({ ahead, behind }: Pick<Pair, "ahead" | "behind">): boolean =>
    ahead.settings.keysPerTurn !== behind.settings.keysPerTurn;
  const ended = untested.filter((pair) => !isUnlike(pair)).flatMap(({ ahead, behind }) => [ahead, behind]);
  const sizes = rows.map((one) => ({
    label: one.label,
    keysPerTurn: one.settings.keysPerTurn,
    half: horizonAt(one, 0.5),
  }));
  return [
    ...(untested.some(isUnlike) ? [say.differentKeysSentence(sizes)] : []),
    ...(ended.length > 0 ? [say.endedAtErrorsSentence([...new Set(ended.map(({ label }) => label))])] : []),
  ];
}

/**
 * What these pairs say together: of few rows every pair, of more the leader's and those that contradict it.
 *
 * @param rows how many rows they come from
 * @param tested how many pairs the p-values are adjusted for
 */
export function severalSentences(
  pairs: readonly Pair[],
  baseline: Contender | null,
  rows: number,
  tested = pairs.length,
): string[] {
  const shown = pairs.filter(isShownAhead);
  const leader = leaderOf(shown);
  const isTold = (pair: Pair): boolean =>
    rows <= everyPairAtMost || baseline !== null || pair.ahead === leader || pair.behind === leader;
  const told = shown.filter(isTold);
  const unshown = pairs.filter((pair) => !pair.isShown);
  const open = unshown.filter(isTold);
  const figures: say.SeveralFigures = {
    tested,
    tests: [...new Set(pairs.map(({ decidedBy }) => decidedBy))].filter(isTest),
    shown: told.map(figuresOf),
    more: shown.length - told.length,
    open: open.map(({ ahead, behind, pValue }) => ({ ahead: ahead.label, behind: behind.label, pValue })),
    smallestP: Math.min(...unshown.map(({ pValue }) => pValue)),
    unshown: unshown.length,
  };
  const first =
    told.length === 0
      ? say.severalOpenSentence(figures)
      : baseline !== null
        ? say.baselineSentence(baseline.label, figures)
        : say.severalFurtherSentence(figures);
  const sentences = told.length > 0 || unshown.length > 0 ? [first] : [];
  return [...sentences, ...pairs.filter(({ crossing }) => crossing !== null).map(pairSentence)];
}

function isTest(by: Deciding): by is "curve" | "turns" {
  return by !== "nothing";
}

/** The one ahead in most of the pairs in which a difference is shown. */
function leaderOf(shown: readonly Pair[]): Contender | null {
  const wins = new Map<Contender, number>();
  for (const { ahead } of shown) wins.set(ahead, (wins.get(ahead) ?? 0) + 1);
  return [...wins].toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? null;
}

/** The conclusion on two. */
export function pairSentence(pair: Pair): string {
  const { ahead, behind, decidedBy, isShown, crossing, turns } = pair;
  if (decidedBy === "nothing") return untestedSentences([pair], [ahead, behind]).join(" ");
  const test = decidingTest(pair);
  if (test?.isOpen === true) return say.cutsDecideSentence(ahead.label, behind.label, test.cuts, decidedBy);
  if (decidedBy === "turns") return turnsSentence(pair);
  const figures = curveFigures(pair);
  if (isShown && crossing !== null) {
    const { mean, low, high } = crossing;
    return say.leadChangesSentence(figures, { mean: -mean, low: -high, high: -low });
  }
  if (isShown) return isFurther(pair) ? say.furtherSentence(figures) : say.aheadWithinSentence(figures);
  if (crossing !== null) {
    const [first, second] = crossing.mean >= 0 ? [ahead, behind] : [behind, ahead];
    const { mean, low, high } = crossing;
    const found = mean >= 0 ? crossing : { mean: -mean, low: -high, high: -low };
    return say.crossingSentence({ ahead: first.label, behind: second.label, turns }, found);
  }
  const events = eventsOf(pair);
  if (events < fewestEvents) return say.tooFewErrorsSentence(figures, events, fewestEvents);
  return say.noDifferenceSentence(figures);
}

function turnsSentence(pair: Pair): string {
  const figures = turnsFigures(pair);
  return pair.isShown ? say.rightMoreOftenSentence(figures) : say.equallyRightSentence(figures);
}

function figuresOf(pair: Pair): say.PairFigures | say.TurnsFigures {
  return pair.decidedBy === "turns" ? turnsFigures(pair) : curveFigures(pair);
}

function turnsFigures(pair: Pair): say.TurnsFigures {
  const { ahead, behind, turnsTest, pValue } = pair;
  return {
    ahead: ahead.label,
    behind: behind.label,
    shares: [turnsTest?.first.accuracy ?? null, turnsTest?.second.accuracy ?? null],
    difference: turnsTest?.difference ?? 0,
    low: turnsTest?.low ?? null,
    high: turnsTest?.high ?? null,
    pValue,
    pairs: turnsTest?.pairs ?? 0,
    dictionaries: pair.test?.dictionaries ?? null,
  };
}

function curveFigures(pair: Pair): say.PairFigures {
  const { ahead, behind, turns, test, pValue, isShown } = pair;
  // Where the one behind may get further yet, no horizon tells them apart.
  const s = isFurther(pair) ? tellingThreshold(pair) : null;
  const told = lastTold(pair);
  const near = s === null ? null : horizonAt(behind, s).turns;
  const far = s === null ? null : horizonAt(ahead, s).turns;
  return {
    ahead: ahead.label,
    behind: behind.label,
    turns,
    horizons:
      s === null || near === null
        ? null
        : { s, ahead: far !== null && far <= turns ? far : null, behind: near },
    isFurther: isFurther(pair),
    ratio: isShown ? ratioOf(pair) : null,
    against: contraryThreshold(pair),
    shares: [shareAt(ahead, told), shareAt(behind, told)],
    sharesTurn: told,
    pValue,
    pairs: pair.pairedRollouts,
    dictionaries: test?.dictionaries ?? null,
  };
}

/** The last turn at which both curves are known: a cut may end one before. */
function lastTold({ ahead, behind, turns }: Pair): number {
  for (let turn = turns; turn > 0; turn--)
    if (shareAt(ahead, turn) !== null && shareAt(behind, turn) !== null) return turn;
  return turns;
}

function shareAt({ taskAccuracy }: Contender, turn: number): number | null {
  return taskAccuracy[turn - 1]?.accuracy ?? null;
}

/** How alike quantizations of one model answered: each beside the baseline, or the one of its model that has most bits. */
export function agreementSentences(pairs: readonly Pair[], baseline: Contender | null): string[] {
  const found = pairs.flatMap((pair) => {
    const agreement = agreementOf(pair);
    return agreement === null ? [] : [{ ...agreement, isShown: pair.isShown }];
  });
  const lesser = new Set(baseline === null ? found.map((one) => one.lesser) : []);
  return found.filter(({ reference }) => !lesser.has(reference)).map(agreementSentence);
}
