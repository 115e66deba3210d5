import { partText, rateText, rateWithMargin, significant } from "../words/numbers.ts";
import { listed } from "../words/words.ts";

/** A rate with the ends of its interval. */
interface ToldRate {
  readonly decodeTokensPerSecond: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** How fast a single conversation decodes while nobody runs beside it. */
export function decodedAlone({ decodeTokensPerSecond, low, high }: ToldRate): string {
  return `decode ${rateWithMargin(decodeTokensPerSecond, { low, high })} tokens/s, one conversation by itself`;
}

/** What a run took of the machine's energy, loading included. */
export function energyTaken(energy: {
  readonly joules: number;
  readonly joulesPerToken: number | null;
  readonly joulesPerRightTurn: number | null;
}): string {
  const { joules, joulesPerToken: token, joulesPerRightTurn: right } = energy;
  const parts = [
    ...(token === null ? [] : [`${significant(token)} a token`]),
    ...(right === null ? [] : [`${significant(right)} a right turn`]),
  ];
  return [`${significant(joules)} J`, ...parts].join(", ");
}

/** Of an engine that has no batches. @param rate tokens a second of one conversation, from its first token to its last */
export function decodedByEach(rate: number): string {
  return `decode ${rateText(rate)} tokens/s of each conversation among the others; of all together not told`;
}

/**
 * Time in which batches could not be as fast as usual: no rate over batches holds it, but the times of turns do.
 *
 * @param time its share of the batches' time, from 0 to 1, and tokens a second with all marked time; null: there were none
 */
export function markedTimeLeftOut(
  time: {
    readonly share: number;
    readonly prefillTokensPerSecond: number | null;
    readonly decodeTokensPerSecond: number | null;
  },
  why: "busy" | "slept",
): string {
  const { share, prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode } = time;
  const reason =
    why === "busy" ? "a core was taken by another process" : "the machine slept, or the process was stopped";
  const rates = [
    ...(prefill === null ? [] : [`prefill ${rateText(prefill)}`]),
    ...(decode === null ? [] : [`decode ${rateText(decode)}`]),
  ];
  const whole = rates.length === 0 ? "" : ` (with all of it: ${rates.join(", ")} tokens/s)`;
  return `${partText(share)} of the batches' time was left out of the rates of prefill and decode, though not of the times of first and next tokens: ${reason}${whole}`;
}

/**
 * That threads had no core, though nothing was marked.
 *
 * @param share CPU time over durations times the threads that can run, of batches that are long enough to tell
 */
export function coresShared(share: number): string {
  return `threads were without a core for ${partText(1 - share)} of the time of long batches: other programs ran, or the model was read from disk, and speeds are lower for it`;
}

/** That threads were chosen while they could not be compared well. */
export function threadsChosenWhileBusy(): string {
  return "other programs had cores when the threads were chosen, so speeds may be lower than this machine can reach";
}

/** That the machine was not always as fast while a run lasted. @param ratio of the times of one fixed computation */
export function heldBack(ratio: number): string {
  return `a short fixed computation took ${significant(ratio, 2)} times as long before or after the run as at its fastest: heat, other load or a lowered clock held the machine back`;
}

/** That rows were measured on a machine that was not as fast for both. @param ratio of the times of one fixed computation */
export function slowerMachine(slow: string, fast: string, ratio: number): string {
  return `while ${slow} was measured the machine was slower than for ${fast}: a short fixed computation took ${significant(ratio, 2)} times as long.`;
}

/** @param runs whose times between tokens hold what the decode clock leaves out today */
export function earlierClock(runs: readonly string[]): string {
  return `next-token times of ${namedRuns(runs)} contain waiting for other conversations' prefill; they were recorded by an earlier clock`;
}

/** The same, where newer runs of the row tell the figure. */
export function earlierClockLeftOut(runs: readonly string[]): string {
  return `next-token times of ${namedRuns(runs)} were left out: recorded by an earlier clock, they contain waiting for other conversations' prefill`;
}

/** A ratio with the ends of its 95 % interval. */
interface ToldRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** Which of two is faster, or whether one is, depends on how many conversations run at a time. */
export function concurrencyDecides(pair: {
  readonly one: string;
  readonly other: string;
  readonly together: ToldRatio;
  readonly alone: ToldRatio;
}): string {
  const { one, other, together, alone } = pair;
  return `whether ${one} decodes faster than ${other} depends on how many conversations run at a time: ${ratioText(together)} times its rate together, ${ratioText(alone)} alone.`;
}

function ratioText({ ratio, low, high }: ToldRatio): string {
  return `${significant(ratio)} (${significant(low)} to ${significant(high)})`;
}

function namedRuns(runs: readonly string[]): string {
  return `run${runs.length === 1 ? "" : "s"} ${listed(runs)}`;
}
