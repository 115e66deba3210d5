import { significant } from "../words/numbers.ts";
import { horizonIntervalText, horizonText } from "./horizons.ts";
import type { RunHorizon } from "../../figures/run-schema.ts";
import { counted, listed } from "../words/words.ts";

/** Where a row stands in horizon and speed. */
export interface StandingFigures {
  readonly label: string;
  /** H50. */
  readonly half: RunHorizon;
  readonly decodeTokensPerSecond: number;
}

/**
 * One row is worse than others in horizon and in speed.
 *
 * @param margin by which share they decode faster at least
 */
export function beatenSentence(
  beaten: StandingFigures,
  by: readonly StandingFigures[],
  margin: number,
): string {
  const others = by.map((one) => `${one.label} (${figuresText(one)})`);
  const [verb, which] = by.length === 1 ? ["goes", "decodes"] : ["go", "decode"];
  return `${beaten.label} (${figuresText(beaten)}) is beaten: ${listed(others)} ${verb} further and ${which} at least ${significant(100 * margin)} % faster.`;
}

/** Nobody is worse than another in both. @param margin as of {@link beatenSentence} */
export function unbeatenSentence(margin: number): string {
  return `None is shown to be beaten in both: that takes a shown difference of the curves, intervals of H50 that lie apart, and a decode rate at least ${significant(100 * margin)} % higher.`;
}

/** What simulated models say of speed: nothing. */
export function simulatedNote(): string {
  return "Simulated models: their times are made up too.";
}

/** Runs of the file that the page has not. */
export function notShownNote(runs: number): string {
  return `${counted(runs, "run")} of other settings, engines or without an answer ${runs === 1 ? "is" : "are"} not shown; name runs to choose them.`;
}

/** What stands for an experiment of which nothing is said. @param arms of how many there are figures */
export function mainlyUnsaid(arms: number): string {
  return `Nothing is concluded of ${counted(arms, "arm")}: what was measured stands in the table.`;
}

/** Which rollouts can be read on the page, where it cannot hold all. */
export function sampleNote({ shown, all, windowTurns }: SampleFigures): string {
  const parts = [
    shown < all
      ? `${counted(shown, "rollout")} of ${all.toLocaleString("en")}, those that err first before the others`
      : null,
    windowTurns === null
      ? null
      : `of rollouts longer than ${windowTurns} turns what lies around the first error`,
  ];
  return `A sample: ${parts.filter((part) => part !== null).join("; ")}.`;
}

export interface SampleFigures {
  readonly shown: number;
  readonly all: number;
  /** Turns that are left of longer rollouts; null: all are whole. */
  readonly windowTurns: number | null;
}

function figuresText({ half, decodeTokensPerSecond }: StandingFigures): string {
  const interval = horizonIntervalText(half);
  const horizon = `H50 ${horizonText(half)}${interval === null ? "" : ` (95 % ${interval})`}`;
  return `${horizon}, ${significant(decodeTokensPerSecond)} tokens/s`;
}
