import { counted } from "../words/words.ts";

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
