import type { UntoldReason } from "../../metrics/conditioning.ts";
import type { SharesTest } from "../../metrics/paired-shares.ts";
import { fewestEvents, significanceLevel } from "../../metrics/power.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { ConditioningSlope, SlopePair } from "../../figures/slope-schema.ts";
import { partText, pValueText, shareText, unknown } from "../words/numbers.ts";
import { pointsText } from "../words/points.ts";

/** What errors planted in the history do to the turns after them, or why that cannot be told. */
export function slopeSentence(told: ConditioningSlope): string {
  const about = `${told.model}, ${told.kind}:`;
  const { effect, reason } = told;
  if (reason !== null) return `${about} no slope can be told: ${reasons[reason]}.`;
  const size = `${ratesText(told)}${sizeText(told)}`;
  if (effect === null)
    return isRatesApart(told)
      ? `${about} the rates differ, but no slope is shown: ${size}.`
      : `${about} no effect of shown errors can be told: ${size}.`;
  return effect === "fewer_right"
    ? `${about} errors breed errors: ${size}.`
    : `${about} errors shown make it more careful: ${size}.`;
}

/** On which of two models planted errors weigh more, or how else they differ. @param pairs of one kind of errors; those not shown stand together */
export function slopePairsSentence(kind: string, pairs: readonly SlopePair[]): string {
  const open = pairs.filter((pair) => !pair.isShown);
  const told = [
    ...pairs
      .filter((pair) => pair.isShown)
      .map((pair) => (isHurt(pair) ? weightText(pair) : slopesText(pair))),
    ...(open.length === 0
      ? []
      : [`no difference shown between the slopes of ${open.map(openPair).join(", ")}`]),
  ];
  return `${kind}, between models: ${told.join("; ")}.`;
}

/** Whether errors take more from the one than they take from, or give to, the other. */
function isHurt({ heavierSlope, lighterSlope }: SlopePair): boolean {
  if (lighterSlope === null) return false;
  return heavierSlope === null || heavierSlope < -Math.abs(lighterSlope);
}

/** "errors shown weigh more on A than on B (log-odds fall by 2.1 more, 95 % 1.0 to 3.2; p = 0.002)" */
function weightText({ heavier, lighter, difference, low, high, adjustedPValue }: SlopePair): string {
  const size = fallText(difference, low, high, "log-odds fall by", " more");
  return `errors shown weigh more on ${heavier} than on ${lighter} (${size}${pValueText(adjustedPValue)})`;
}

/** "the slopes differ: 0.1 on A, 2.2 on B (by 2.1, 95 % 1.0 to 3.2; p = 0.002)" */
function slopesText(pair: SlopePair): string {
  const { heavier, lighter, heavierSlope, lighterSlope, difference, low, high, adjustedPValue } = pair;
  const one = heavierSlope === null ? "below all bounds" : number(heavierSlope, 1);
  const other = lighterSlope === null ? "above all bounds" : number(lighterSlope, 1);
  const size = fallText(difference, low, high, "by", "");
  return `the slopes differ: ${one} on ${heavier}, ${other} on ${lighter} (${size}${pValueText(adjustedPValue)})`;
}

function openPair({ heavier, lighter, low, high, adjustedPValue, isOpen }: SlopePair): string {
  const range = low === null || high === null ? "" : `${fallRange(low, high)}; `;
  const reason = isOpen ? cutsCouldTurn : pValueText(adjustedPValue);
  return `${heavier} and ${lighter} (${range}${reason})`;
}

function fallText(
  difference: number | null,
  low: number | null,
  high: number | null,
  verb: string,
  end: string,
): string {
  if (difference === null || low === null || high === null) return "";
  return `${verb} ${number(-difference, high - low < 1 ? 2 : 1)}${end}, ${fallRange(low, high)}; `;
}

/** Of a fall: its signs turned. */
function fallRange(low: number, high: number): string {
  const decimals = high - low < 1 ? 2 : 1;
  return `95 % ${number(-high, decimals)} to ${number(-low, decimals)}`;
}

/** Errors shown and errors made where the shown ones are the model's own, or not all planted: no cause is told. */
export function descriptionSentence(
  label: string,
  conditioning: Pick<NonNullable<CompareGroup["conditioning"]>, "errorsShown" | "noneShown">,
): string {
  const { errorsShown, noneShown } = conditioning;
  if (errorsShown.n === 0) return `${label}: no error was shown before any turn that counts.`;
  const shares = `right in ${shareText(errorsShown)} of turns with an error shown and ${shareText(noneShown)} with none`;
  const isTogether = (errorsShown.high ?? 1) < (noneShown.low ?? 0);
  return isTogether
    ? `${label}: ${shares}: errors and errors shown go together; length and hard instances do the same.`
    : `${label}: ${shares}.`;
}

/**
 * The effect of length: turns of healed histories, in which no error is ever shown.
 *
 * @param test `first` is the last quarter, `second` the first one
 * @param pValue adjusted
 */
export function lengthSentence(test: SharesTest, pValue: number): string {
  const { first: late, second: early } = test;
  const { size, low, high, decimals } = pointsText(test, test.difference < 0);
  const shares = `With a healed history it is right in ${partText(early.accuracy, decimals)} of the first quarter's turns and ${partText(late.accuracy, decimals)} of the last quarter's`;
  if (!isShown(test, pValue)) return `${shares}: no effect of length shown (${evidence(test, pValue)}).`;
  const verb = test.difference < 0 ? "costs" : "gains";
  return `${shares}: length alone ${verb} ${size} points (95 % ${low} to ${high}; ${pValueText(pValue)}).`;
}

/**
 * The effect of the model's own errors: its own history against one in which every total is the true one.
 *
 * @param test `first` is the own history, `second` the healed one, at the same turns
 * @param pValue adjusted
 */
export function ownErrorsSentence(test: SharesTest, pValue: number): string {
  const { size, low, high, decimals } = pointsText(test, test.difference < 0);
  const [own, healed] = [test.first, test.second].map(({ accuracy }) => partText(accuracy, decimals));
  const shares = `own history ${own}, healed ${healed} at the same turns`;
  if (!isShown(test, pValue))
    return `No effect of its own errors shown: ${shares} (${evidence(test, pValue)}).`;
  const end = `(95 % ${low} to ${high}; ${pValueText(pValue)})`;
  return test.difference < 0
    ? `Its own errors cost ${size} points: ${shares} ${end}.`
    : `Its own history is worth ${size} points: ${shares} ${end}.`;
}

const cutsCouldTurn = "turns that cut rollouts lack could turn it round";

const reasons: Readonly<Record<UntoldReason, string>> = {
  one_rate: "errors were planted at one rate only",
  one_instance: "fewer than two instances were played",
  no_common_turn: "no turn was reached at every rate",
  alike_shown: "every rate showed the same share of errors",
  all_right: "every turn was right at every rate",
  all_wrong: "every turn was wrong at every rate",
  turn_alone: "each turn was right in every rollout or wrong in every one",
  unbounded: "so few instances leave any slope possible",
};

/** The lowest rate and the highest do, whatever the slope over all of them says. */
function isRatesApart({ test }: ConditioningSlope): boolean {
  return test !== null && !test.isOpen && test.adjustedPValue < significanceLevel;
}

/** "right in 100 % of turns at rate 0 and 13 % at rate 1 (p < 0.0001)" */
function ratesText({ rates, test }: ConditioningSlope): string {
  const [lowest, highest] = [rates[0], rates.at(-1)];
  const decimals = test === null ? 0 : pointsText(test).decimals;
  const shares = `right in ${partText(lowest?.accuracy ?? null, decimals)} of turns at rate ${lowest?.rate ?? unknown} and ${partText(highest?.accuracy ?? null, decimals)} at rate ${highest?.rate ?? unknown}`;
  if (test === null) return shares;
  return test.isOpen ? `${shares} (${cutsCouldTurn})` : `${shares} (${pValueText(test.adjustedPValue)})`;
}

/** The slope, or the one end of it that is known, where the sentence's claim rests on it. */
function sizeText({ slope, low, high, effect }: ConditioningSlope): string {
  const end = "from no errors shown to all";
  if (slope !== null && low !== null && high !== null) {
    // An interval that ends at 0 and one that ends beside it are not to read alike.
    const decimals = high - low < 1 ? 2 : 1;
    const [least, most] = [number(low, decimals), number(high, decimals)];
    return `; log-odds change by ${number(slope, decimals)} (95 % ${least} to ${most}) ${end}`;
  }
  if (effect === "fewer_right" && high !== null && high < 0)
    return `; log-odds change by at most ${number(high, 1)} (95 %) ${end}`;
  if (effect === "more_right" && low !== null && low > 0)
    return `; log-odds change by at least ${number(low, 1)} (95 %) ${end}`;
  return "";
}

function isShown({ errors }: SharesTest, pValue: number): boolean {
  return errors >= fewestEvents && pValue < significanceLevel;
}

function evidence(test: SharesTest, pValue: number): string {
  const { low, high } = pointsText(test);
  if (test.isOpen) return `rollouts that were cut could turn it round; 95 % ${low} to ${high} points`;
  return `95 % ${low} to ${high} points; ${pValueText(pValue)}`;
}

function number(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}
