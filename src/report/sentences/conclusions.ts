import { partText, pValueText, significant, horizonName } from "../words/numbers.ts";
import { stepsText } from "./horizons.ts";
import { pointsText } from "../words/points.ts";
import type { RunHorizon } from "../../figures/run-schema.ts";
import { counted, listed } from "../words/words.ts";
import { aheadOf, type Claim } from "./ahead.ts";

/** Two rows side by side, the one that gets further (or is right more often) first. */
export interface PairFigures {
  readonly ahead: string;
  readonly behind: string;
  /** Turns that were compared. */
  readonly turns: number;
  /** H_s of both where it tells them apart; null: it does at no threshold. */
  readonly horizons: {
    readonly s: number;
    /** Null: beyond the turns compared. */
    readonly ahead: number | null;
    readonly behind: number;
  } | null;
  /** False: one of them had more turns, and the one behind may have got further than these. */
  readonly isFurther: boolean;
  /** How many times as far, at the same threshold. */
  readonly ratio: {
    readonly ratio: number | null;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** H_s at which the one ahead is clearly behind: their curves cross; null: there is none. */
  readonly against: { readonly s: number; readonly ahead: number; readonly behind: number } | null;
  /** Rollouts without an error at the last turn compared. */
  readonly shares: readonly [ahead: number | null, behind: number | null];
  readonly sharesTurn: number;
  /** Adjusted for all pairs that were looked at. */
  readonly pValue: number;
  readonly pairs: number;
  /** Dictionaries that the test holds for; null: for dictionaries of this kind. */
  readonly dictionaries: number | null;
}

/** Turn accuracy of two rows at the same turns. */
export interface TurnsFigures {
  readonly ahead: string;
  readonly behind: string;
  readonly shares: readonly [ahead: number | null, behind: number | null];
  /** Of the shares, with its 95 % interval. */
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly pValue: number;
  readonly pairs: number;
  readonly dictionaries: number | null;
}

/** @param turns null: they had different numbers of turns */
export function noneSlippedSentence(labels: readonly string[], turns: number | null): string {
  const limits = turns === null ? "the turns it had" : counted(turns, "turn");
  const names = labels.length === 2 ? `Neither ${labels.join(" nor ")}` : `None of ${listed(labels)}`;
  return `${names} slipped within ${limits}: no difference shown.`;
}

export function notComparedSentence(reason: string): string {
  return `Not compared, since the runs differ in ${reason}.`;
}

/** Horizons in turns of different sizes can be compared in steps only. */
export function differentKeysSentence(
  rows: readonly { readonly label: string; readonly keysPerTurn: number; readonly half: RunHorizon }[],
): string {
  const parts = rows.map(({ label, keysPerTurn: keys, half }) => `${label} ${stepsText(half, keys)}`);
  return `Not compared turn by turn, since a turn has different numbers of keys; H50 in steps: ${listed(parts)}.`;
}

/** The histories differ only after a first error, and these rollouts ended at it. */
export function endedAtErrorsSentence(labels: readonly string[]): string {
  return `Not compared, since ${listed(labels)} differ in their history alone, which tells after the first error, and these rollouts ended at it. Run them with --until end.`;
}

export function furtherSentence(pair: PairFigures): string {
  return `${pair.ahead} goes further than ${pair.behind}: ${detail(pair, true)} (${curveTest(pair)}).`;
}

/** Ahead as far as both were played, which is not as far as the one behind was seen to get. */
export function aheadWithinSentence(pair: PairFigures): string {
  return `Within the ${counted(pair.turns, "turn")} that both had ${pair.ahead} is ahead of ${pair.behind}: ${detail(pair, true)} (${curveTest(pair)}).`;
}

export function noDifferenceSentence(pair: PairFigures): string {
  return `No difference shown between ${pair.ahead} and ${pair.behind} in how far they get (${curveTest(pair)}): ${detail(pair, false)}.`;
}

/** @param errors first errors of both together */
export function tooFewErrorsSentence(pair: PairFigures, errors: number, least: number): string {
  return `No conclusion on ${pair.ahead} and ${pair.behind}: ${counted(errors, "first error")} in all, and fewer than ${least} tell nothing; ${detail(pair, false)}.`;
}

/** @param decidedBy curves lack something only of cut rollouts that were without an error */
export function cutsDecideSentence(
  ahead: string,
  behind: string,
  cuts: number,
  decidedBy: "curve" | "turns",
): string {
  const which = decidedBy === "curve" ? " without an error" : "";
  return `No conclusion on ${ahead} and ${behind}: ${counted(cuts, "rollout")}${which} ${cuts === 1 ? "was" : "were"} cut short, and what is missing could turn it either way.`;
}

export function crossingSentence(
  { ahead, behind, turns }: { readonly ahead: string; readonly behind: string; readonly turns: number },
  { mean, low, high }: { readonly mean: number; readonly low: number; readonly high: number },
): string {
  return `The curves of ${ahead} and ${behind} cross; on average ${ahead} has ${oneDecimal(mean)} turns more before its first error (95 % ${oneDecimal(low)} to ${oneDecimal(high)}, of ${counted(turns, "turn")}).`;
}

/**
 * The test says one thing and the mean the other.
 *
 * @param means turns before the first error that the one behind has more
 */
export function leadChangesSentence(
  pair: PairFigures,
  { mean, low, high }: { readonly mean: number; readonly low: number; readonly high: number },
): string {
  const { ahead, behind, sharesTurn, shares } = pair;
  const told = shares.map((share) => partText(share)).join(" against ");
  return `The curves of ${ahead} and ${behind} differ and cross (${curveTest(pair)}): ${told} of the rollouts are without an error at turn ${sharesTurn}, but ${behind} has ${oneDecimal(mean)} turns more on average (95 % ${oneDecimal(low)} to ${oneDecimal(high)}).`;
}

export function rightMoreOftenSentence(pair: TurnsFigures): string {
  return `${pair.ahead} is right more often than ${pair.behind} at the same turns: ${turnsDetail(pair)} (${turnsTest(pair)}).`;
}

export function equallyRightSentence(pair: TurnsFigures): string {
  return `No difference in turn accuracy shown between ${pair.ahead} and ${pair.behind} at the same turns (${turnsTest(pair)}): ${turnsDetail(pair)}.`;
}

/** What several pairs together say. */
export interface SeveralFigures {
  /** Pairs that were tested, and by what. */
  readonly tested: number;
  readonly tests: readonly ("curve" | "turns")[];
  /** The pairs in which a difference is shown and that are told one by one. */
  readonly shown: readonly (PairFigures | TurnsFigures)[];
  /** Further pairs in which one is shown. */
  readonly more: number;
  /** Pairs without one that are told. */
  readonly open: readonly { readonly ahead: string; readonly behind: string; readonly pValue: number }[];
  /** All pairs without one, told or not, and their smallest p-value. */
  readonly unshown: number;
  readonly smallestP: number;
}

export function severalFurtherSentence(figures: SeveralFigures): string {
  const clauses = claimsOf(figures.shown, ({ ahead }) => ahead).map(({ of, claim, pairs }) => {
    const others = listed(pairs.map((pair) => `${pair.behind} (${clause(pair)})`));
    return `${of} ${aheadOf[claim]} ${others}`;
  });
  const more =
    figures.more === 0
      ? ""
      : `; ${counted(figures.more, "more pair")} ${figures.more === 1 ? "differs" : "differ"}`;
  const open = figures.open.length === 0 ? "" : `; no difference shown between ${openText(figures.open)}`;
  return `${clauses.join("; ")}, by ${testsText(figures)}${more}${open}.`;
}

export function severalOpenSentence(figures: SeveralFigures): string {
  const found =
    figures.open.length > 0
      ? openText(figures.open)
      : `${pValueText(figures.smallestP)}${figures.smallestP < 1 ? " or more" : ""} in ${figures.unshown === figures.tested ? "each" : `${figures.unshown} of them`}`;
  return `No difference shown by ${testsText(figures)}: ${found}.`;
}

/** All pairs have the baseline in them. */
export function baselineSentence(baseline: string, figures: SeveralFigures): string {
  const better = figures.shown.filter(({ behind }) => behind === baseline);
  const worse = figures.shown.filter(({ ahead }) => ahead === baseline);
  const open = figures.open.map(
    ({ ahead, behind, pValue }) => `${ahead === baseline ? behind : ahead} (${pValueText(pValue)})`,
  );
  const clauses = [
    ...claimsOf(better, () => baseline).map(
      ({ claim, pairs }) =>
        `${listed(pairs.map((pair) => `${pair.ahead} (${clause(pair)})`))} ${claims[claim].better(pairs.length)}`,
    ),
    ...claimsOf(worse, () => baseline).map(
      ({ claim, pairs }) =>
        `${listed(pairs.map((pair) => `${pair.behind} (${clauseOfBehind(pair)})`))} ${claims[claim].worse(pairs.length)}`,
    ),
    ...(open.length === 0 ? [] : [`no difference shown from ${listed(open)}`]),
  ];
  return `Against ${baseline}: ${clauses.join("; ")}; by ${testsText(figures)}.`;
}

const claims: Readonly<
  Record<
    Claim,
    {
      readonly better: (rows: number) => string;
      readonly worse: (rows: number) => string;
    }
  >
> = {
  further: {
    better: (rows) => `${rows === 1 ? "goes" : "go"} further`,
    worse: (rows) => `${rows === 1 ? "goes" : "go"} less far`,
  },
  within: {
    better: (rows) => `${rows === 1 ? "is" : "are"} ahead within the turns that both had`,
    worse: (rows) => `${rows === 1 ? "is" : "are"} behind within the turns that both had`,
  },
  turns: {
    better: (rows) => `${rows === 1 ? "is" : "are"} right more often`,
    worse: (rows) => `${rows === 1 ? "is" : "are"} right less often`,
  },
};

interface Claimed {
  readonly of: string;
  readonly claim: Claim;
  readonly pairs: (PairFigures | TurnsFigures)[];
}

/** Shown pairs put together where one claim holds for all of them. @param nameOf the row that it is made of */
function claimsOf(
  shown: SeveralFigures["shown"],
  nameOf: (pair: PairFigures | TurnsFigures) => string,
): Claimed[] {
  const found: Claimed[] = [];
  for (const pair of shown) {
    const claim = "difference" in pair ? "turns" : pair.isFurther ? "further" : "within";
    const known = found.find((one) => one.of === nameOf(pair) && one.claim === claim);
    if (known === undefined) found.push({ of: nameOf(pair), claim, pairs: [pair] });
    else known.pairs.push(pair);
  }
  return found;
}

function clause(pair: PairFigures | TurnsFigures): string {
  const told = "difference" in pair ? turnsDetail(pair) : detail(pair, true);
  return `${told}; ${pValueText(pair.pValue)}`;
}

/** The same told of the one behind, whose figure therefore stands first. */
function clauseOfBehind(pair: PairFigures | TurnsFigures): string {
  const told = "difference" in pair ? turnsDetail(pair, "behind") : detail(pair, true, "behind");
  return `${told}; ${pValueText(pair.pValue)}`;
}

function openText(pairs: SeveralFigures["open"]): string {
  return listed(pairs.map(({ ahead, behind, pValue }) => `${ahead} and ${behind} (${pValueText(pValue)})`));
}

function testsText({ tests, tested }: SeveralFigures): string {
  const names = [
    ...(tests.includes("curve") ? ["log-rank tests"] : []),
    ...(tests.includes("turns") ? ["permutation tests of turn accuracy"] : []),
  ];
  return tested === 1
    ? names.join(" and ").replace("tests", "test")
    : `${names.join(" and ")} with Holm's correction over ${tested} pairs`;
}

/** Whose figure stands first. */
type Subject = "ahead" | "behind";

/** Both horizons where they differ and their ratio where a difference is shown; else the shares at the last turn. */
function detail(pair: PairFigures, isShown: boolean, subject: Subject = "ahead"): string {
  const { horizons, shares, sharesTurn, turns, ratio, against } = pair;
  const also = isShown && against !== null ? againstText(against, subject) : "";
  if (horizons !== null) {
    const { s, ahead, behind } = horizons;
    const far = ahead === null ? `> ${turns.toLocaleString("en")}` : ahead.toLocaleString("en");
    const near = behind.toLocaleString("en");
    const isAhead = subject === "ahead";
    const both = isAhead
      ? `${far} against ${counted(behind, "turn")}`
      : `${near} against ${far} ${ahead === 1 ? "turn" : "turns"}`;
    const times = isShown && ratio !== null ? ratioText(ratio, isAhead) : "";
    return `${horizonName(s)} ${both}${times}${also}`;
  }
  const told = subject === "ahead" ? shares : shares.toReversed();
  return `at turn ${sharesTurn} ${told.map((share) => partText(share)).join(" against ")} of the rollouts are without an error${also}`;
}

/** Where curves cross, the one ahead is behind for a while. */
function againstText({ s, ahead, behind }: NonNullable<PairFigures["against"]>, subject: Subject): string {
  const [own, other] = subject === "ahead" ? [ahead, behind] : [behind, ahead];
  return `, though its ${horizonName(s)} is ${own.toLocaleString("en")} against ${counted(other, "turn")}`;
}

/**
 * ", 1.8 times as far (95 % 1.3 to 2.5)", or what is known where the one ahead never falls so low; of the one behind
 * 1 / 1.8.
 */
function ratioText({ ratio, low, high }: NonNullable<PairFigures["ratio"]>, isAhead: boolean): string {
  if (low === null || low <= 0 || (ratio !== null && ratio <= 1)) return "";
  const text = (times: number): string => significant(isAhead ? times : 1 / times, 2);
  const [bound, from, to] = isAhead ? ["at least", low, high] : ["at most", high, low];
  if (ratio === null) {
    // Rounded so that it holds.
    const held = isAhead ? Math.floor(low * 10) / 10 : Math.ceil(100 / low) / 100;
    return isAhead === held > 1 && held !== 1 ? `, ${bound} ${significant(held)} times as far (95 %)` : "";
  }
  const range = from === null || to === null ? `${bound} ${text(low)}` : `${text(from)} to ${text(to)}`;
  return `, ${text(ratio)} times as far (95 % ${range})`;
}

function curveTest({ pairs, pValue, dictionaries }: PairFigures): string {
  const name = pairs === 0 ? "log-rank test" : `log-rank test on ${counted(pairs, "paired rollout")}`;
  return `${name}, ${pValueText(pValue)}${scopeText(dictionaries)}`;
}

function turnsDetail({ shares, difference, low, high }: TurnsFigures, subject: Subject = "ahead"): string {
  const told = pointsText({ difference, low, high });
  const range = low === null || high === null ? "" : ` (95 % ${told.low} to ${told.high})`;
  const [first, second] = subject === "ahead" ? shares : shares.toReversed();
  const both = `${partText(first ?? null, told.decimals)} against ${partText(second ?? null, told.decimals)}`;
  return `${both} of the turns, ${told.size} points${subject === "ahead" ? "" : " less"}${range}`;
}

function turnsTest({ pairs, pValue, dictionaries }: TurnsFigures): string {
  const name = pairs === 0 ? "permutation test" : `permutation test on ${counted(pairs, "paired rollout")}`;
  return `${name}, ${pValueText(pValue)}${scopeText(dictionaries)}`;
}

function scopeText(dictionaries: number | null): string {
  if (dictionaries === null) return "";
  return dictionaries === 1 ? "; for this dictionary" : `; for these ${dictionaries} dictionaries`;
}

function oneDecimal(value: number): string {
  return value.toFixed(1).replace("-", "\u2212");
}
