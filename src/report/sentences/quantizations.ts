import type { Agreement } from "../../figures/agreement.ts";
import { meanText } from "../words/numbers.ts";
import { pointsText } from "../words/points.ts";

interface TestedAgreement extends Agreement {
  /** Whether the pair's test shows a difference: its interval is no second test. */
  readonly isShown: boolean;
}

/** How alike two quantizations of one model answered the same turns, and by how much the lesser one may be worse. */
export function agreementSentence(found: TestedAgreement): string {
  const { lesser, reference, turns, same, neitherRead, onlyLesser, onlyReference } = found;
  const unread = neitherRead === 0 ? "" : ` (in ${number(neitherRead)} neither can be read)`;
  return `${lesser} gives the same answer as ${reference} in ${number(same)} of ${number(turns)} turns${unread}; right in ${number(onlyLesser)} where ${reference} is not, in ${number(onlyReference)} the other way: ${worseText(found)}${gapText(found)}.`;
}

function worseText({ worse, low, high, isShown }: TestedAgreement): string {
  if (low === null || high === null) return "too few rollouts to say by how much it may be worse";
  const told = pointsText({ difference: worse, low, high });
  if (isShown && low > 0) return `${told.low} to ${told.high} points worse (95 %)`;
  if (isShown && high < 0) {
    const better = pointsText({ difference: worse, low, high }, true);
    return `${better.low} to ${better.high} points better (95 %)`;
  }
  return `at most ${roundedUp(Math.max(0, high), told.decimals)} points worse (95 %)`;
}

/** How much nearer to another answer it is on average; empty: not stored, or not shown. */
function gapText({ gap }: Agreement): string {
  if (gap?.mean == null || gap.low === null || gap.high === null) return "";
  const { mean, low, high } = gap;
  if (low <= 0 && high >= 0) return "";
  const size = mean < 0 ? { mean: -mean, low: -high, high: -low } : { mean, low, high };
  return `; its gap to the likeliest other token is ${mean < 0 ? "smaller" : "larger"} by ${meanText(size)} in log-odds (95 %)`;
}

/** In points; a bound is not to be rounded to one that does not hold. */
function roundedUp(share: number, decimals: number): string {
  const scale = 10 ** decimals;
  return (Math.ceil(Number((100 * share * scale).toFixed(6))) / scale).toFixed(decimals);
}

function number(count: number): string {
  return count.toLocaleString("en");
}
