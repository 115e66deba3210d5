/** One rollout and the instance that it played; equal instances of two samples are a pair. */
export interface PlayedRollout extends RolloutSurvival {
  readonly instance: string;
  /** Its dictionary's text, or another name that equal texts share; rollouts with one dictionary are a cluster. Absent: its own. */
  readonly dictionary?: string;
}

/** What the curve needs to know of one rollout. */
export interface RolloutSurvival {
  /** The last turn that was finished and judged; 0 when there was none. */
  readonly lastTurn: number;
  /** The first turn with a model error, or null. */
  readonly firstErrorTurn: number | null;
  /** What ended this rollout alone before its last turn; null or absent: nothing, or a stop of the whole run. */
  readonly cut?: RolloutCut | null;
}

/**
 * Ends of single rollouts, which may have to do with how the model does: its context was full, or its engine failed
 * (an error, a timeout).
 */
export type RolloutCut = "context_full" | "fault";
