/** A figure that --fail-under asked for and that is not reached. */
export function belowLimit(limit: { label: string; name: string; text: string; wanted: string }): string {
  return `${limit.label}: ${limit.name} is ${limit.text}, wanted ${limit.wanted}.`;
}

/** A horizon read with every cut rollout wrong in its next turn, since what came next nobody knows. */
export function lowCaseHorizon(text: string, cut: number): string {
  return `${text} with ${cut === 1 ? "the cut rollout" : `the ${cut} cut rollouts`} wrong next`;
}

/** The newest run of a judged model and setting failed, so that older ones say nothing of what it is now. */
export function newestFailed({ label, id, error }: FailedRun): string {
  return `${label}: the newest run, ${id}, failed${error === null ? "" : `: ${error}`}${error?.endsWith(".") === true ? "" : "."}`;
}

interface FailedRun {
  readonly label: string;
  readonly id: string;
  readonly error: string | null;
}
