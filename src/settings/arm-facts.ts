/**
 * What an arm is within its experiment: decided in the experiment's own file, stored with the run, and all that reports
 * read of it besides the run's settings. No name of an arm is ever read for it.
 */
export type ArmFacts = {
  /**
   * `control`: what the others of its setting are set against; `check`: it checks before it answers, which takes thought,
   * so it is set against each `thought`, too.
   */
  readonly role: "control" | "thought" | "check" | "arm";
  /** How an answer is got at, where arms differ in it. */
  readonly mode?: string;
  /** Of a search for a size: whether it was looked for, or measured with many rollouts after that. */
  readonly phase?: "search" | "fine";
  /** What errors are planted, whatever the rate: alike for arms that are points of one line. */
  readonly planted?: string;
  /** What a suite calls the setting; absent: it has one only. */
  readonly setting?: string;
  /** Share of turns that have to be right; absent: 0.8, as in rows that say nothing of it. */
  readonly capacityThreshold?: number;
};
