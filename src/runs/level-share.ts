import { clusteredShare } from "../metrics/accuracy.ts";
import type { Proportion } from "../metrics/proportion.ts";

/** One answer behind a history of right ones. Plain data, so that it can be sent. */
export interface Probe {
  readonly rollout: number;
  /** From 1. */
  readonly turn: number;
  readonly isRight: boolean;
  readonly isReadable: boolean;
}

/** How a model did on a level. */
export interface LevelShare extends Proportion {
  readonly readable: number;
}

/** A level fits a model that is right in this share of its turns or more... */
const fitsFrom = 0.8;
/** ...and of which it is not shown that it is right in more than this. */
const fitsTo = 0.99;
/** A model whose share is below this, with all of its interval, is at a floor. */
const floor = 0.5;

/** The share of right ones, with an interval that allows for probes of one dictionary going wrong together. */
export function shareOf(probes: readonly Probe[]): LevelShare {
  const answers = probes.map(({ rollout, isRight }) => ({ cluster: String(rollout), isRight }));
  const readable = probes.filter(({ isReadable }) => isReadable).length;
  return { ...clusteredShare(answers, ({ isRight }) => isRight), readable };
}

/** Whether more probes would hardly change on which side of what fits it lies. */
export function isDecided({ low, high }: LevelShare): boolean {
  return low !== null && high !== null && (high < fitsFrom || low > fitsFrom);
}

/** The lower end goes by the share itself, the upper one by its interval: a few dozen probes hardly ever show a slip in a hundred. */
export function fits({ accuracy, low }: LevelShare): boolean {
  return accuracy !== null && accuracy >= fitsFrom && low !== null && low <= fitsTo;
}

export function isOffFloor({ high }: LevelShare): boolean {
  return high !== null && high >= floor;
}
