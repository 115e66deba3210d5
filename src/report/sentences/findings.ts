import { partText, pValueText, shareText, type SharedInterval } from "../words/numbers.ts";
import { counted, listed, reasonText } from "../words/words.ts";

/** What an experiment is asked that its runs cannot answer. */
export function needsWholeRunsSentence(kind: string): string {
  return `Not answered: ${kind} asks for turns after the first error, and these rollouts ended at it. Run it with until: end.`;
}

export function nothingAnsweredSentence(): string {
  return "No run answered.";
}

/** Arms with answers, all of them to turns that were asked by themselves. */
export function onlyProbedSentence(): string {
  return "Nothing is compared: turns were asked by themselves.";
}

/** Arms that have answers and no verdict. */
export function stoppedArmsSentence(arms: readonly string[]): string {
  const [were, their] = arms.length === 1 ? ["was", "its"] : ["were", "their"];
  return `${listed(arms)} ${were} stopped at the floor of form, so nothing is concluded from ${their} answers.`;
}

/** Arms that get fewer than half of their turns right, as do those that they are compared with. */
export function armsLowSentence(arms: readonly string[]): string {
  return `Fewer than half of the turns are right with each of ${listed(arms)}, so an effect has little room to show between them.`;
}

/** Share of answers that could be read, in two arms, paired by instance. */
export interface ReadableFigures {
  readonly arm: string;
  readonly control: string;
  readonly shares: readonly [arm: SharedInterval, control: SharedInterval];
  readonly pValue: number;
}

/** @param isShown whether the two differ, at the level of 0.05 */
export function readableSentence(figures: ReadableFigures, isShown: boolean): string {
  const { shares, pValue } = figures;
  const isMore = (shares[0].accuracy ?? 0) > (shares[1].accuracy ?? 0);
  const found = isMore ? "errors of form go away" : "errors of form are added";
  return `Form: ${readable(figures)}; ${isShown ? found : "no difference shown"} (${pValueText(pValue)}).`;
}

function readable({ arm, control, shares }: ReadableFigures): string {
  return `${shareText(shares[0])} of the answers can be read with ${arm}, ${shareText(shares[1])} with ${control}`;
}

/** The same number of steps, cut into turns of different sizes. */
export interface StepsFigures {
  readonly steps: number;
  readonly rows: readonly { readonly label: string; readonly whole: SharedInterval }[];
  /** Against the smallest turns; adjusted for all. */
  readonly tests: readonly {
    readonly label: string;
    readonly control: string;
    readonly isMore: boolean;
    readonly isShown: boolean;
    readonly pValue: number;
  }[];
}

export function stepsSentence({ steps, rows, tests }: StepsFigures): string {
  const shares = rows.map(({ label, whole }) => `${label} ${partText(whole.accuracy)}`);
  const shown = tests.filter(({ isShown }) => isShown);
  const open = tests.filter(({ isShown }) => !isShown);
  const told = [
    ...shown.map(
      ({ label, control, isMore, pValue }) =>
        `${label} gets ${isMore ? "more" : "fewer"} of them through than ${control} (${pValueText(pValue)})`,
    ),
    open.length === 0
      ? null
      : `no difference shown between ${open[0]?.control} and ${listed(open.map(({ label, pValue }) => `${label} (${pValueText(pValue)})`))}`,
  ].filter((one) => one !== null);
  return `Rollouts without an error after all ${counted(steps, "step")}: ${listed(shares)}; ${told.join("; ")}.`;
}

/** An arm whose control was measured under other settings alone. @param facts what they differ in */
export function unpairedSentence(figures: {
  readonly arm: string;
  readonly control: string;
  readonly facts: readonly string[];
}): string {
  const { arm, control, facts } = figures;
  return `${arm} is compared with nothing: ${control} was not measured under its setting (they differ in ${listed(facts)}).`;
}

/** A run as a note names it. */
export interface RunState {
  readonly id: string;
  readonly rollouts: number;
  readonly turns: number;
  readonly status: "running" | "complete" | "interrupted" | "failed";
  readonly error: string | null;
}

/** A row whose runs did not end as planned. @param runs those */
export function unfinishedNote(label: string, runs: readonly RunState[]): string {
  return `${label} counts with what it has: ${listed(runs.map(stateText))}.`;
}

/** An arm without any answer: no row. */
export function silentNote(label: string, runs: readonly RunState[]): string {
  return `${label} answered nothing and is left out: ${listed(runs.map(stateText))}.`;
}

function stateText({ id, rollouts, turns, status, error }: RunState): string {
  const run = `run ${id} (${rollouts} x ${turns})`;
  return status === "failed" ? `${run} failed${reasonText(error)}` : `${run} ${stateWords[status]}`;
}

const stateWords = {
  running: "is still going on",
  complete: "is complete",
  interrupted: "was interrupted",
} as const;
