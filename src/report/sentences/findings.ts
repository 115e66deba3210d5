import { partText, pValueText, shareText, type SharedInterval } from "../numbers.ts";
import { counted, listed } from "../words.ts";

/** What an experiment is asked that its runs cannot answer. */
export function needsWholeRunsSentence(study: string): string {
  return `Not answered: ${study} asks for turns after the first error, and these rollouts ended at it. Run it with until: end.`;
}

export function nothingAnsweredSentence(): string {
  return "No run answered.";
}

/** A suite of which no run has begun. */
export function nothingMeasuredSentence(suite: string): string {
  return `${suite}: nothing was measured yet.`;
}

export function noArmSentence(): string {
  return "No arm was played from the first turn on.";
}

/** Arms whose control is at the floor, too: an effect cannot be told from there. */
export function armsAtFloorSentence(arms: readonly string[]): string {
  return `At the floor, as is what ${arms.length === 1 ? "it is" : "they are"} compared with (fewer than half of the turns right, so an effect has no room): ${listed(arms)}.`;
}

/** Share of answers that could be read, in two arms, paired by instance. */
export interface ReadableFigures {
  readonly arm: string;
  readonly control: string;
  readonly shares: readonly [arm: SharedInterval, control: SharedInterval];
  readonly pValue: number;
}

export function moreReadableSentence(figures: ReadableFigures): string {
  return `Form: ${readable(figures)}, ${pValueText(figures.pValue)}: errors of form go away.`;
}

export function lessReadableSentence(figures: ReadableFigures): string {
  return `Form: ${readable(figures)}, ${pValueText(figures.pValue)}: errors of form are added.`;
}

export function equallyReadableSentence(figures: ReadableFigures): string {
  return `Form: ${readable(figures)}; no difference shown (${pValueText(figures.pValue)}).`;
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
