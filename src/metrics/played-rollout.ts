import type { RolloutSurvival } from "./survival.ts";

/** One rollout and the instance that it played; equal instances of two samples are a pair. */
export interface PlayedRollout extends RolloutSurvival {
  readonly instance: string;
  /** Its dictionary's text, or another name that equal texts share; rollouts with one dictionary are a cluster. Absent: its own. */
  readonly dictionary?: string;
}
