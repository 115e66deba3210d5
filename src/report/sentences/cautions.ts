import { horizonName } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** Of an interrupted run: how much of it there is. */
export function interruptedRun(rollouts: { complete: number; planned: number; begun: number }): string {
  const { complete, planned, begun } = rollouts;
  return `interrupted: ${complete} of ${counted(planned, "rollout")} had all their turns, ${planned - begun} never began`;
}

/**
 * Rollouts that ended early.
 *
 * @param how "filled its context", and the same of several
 * @param unbegun those that would have begun but for this
 */
export function lostRollouts({
  lost,
  begun,
  how: [one, several],
  unbegun,
}: {
  readonly lost: number;
  readonly begun: number;
  readonly how: readonly [one: string, several: string];
  readonly unbegun: number;
}): string {
  const others = unbegun === 0 ? "" : `; ${unbegun} more never began`;
  return `${lost} of ${counted(begun, "rollout")} ${lost === 1 ? one : several}: counted up to there, the rest is unknown${others}`;
}

/** What the ends of a horizon's interval mean where rollouts were cut singly. */
export function cutBounds(cut: number): string {
  const [they, are] = cut === 1 ? ["1 cut rollout", "it is"] : [`${cut} cut rollouts`, "they are"];
  return `intervals of horizons allow for ${they}: at the low end ${are} wrong in the next turn, at the high end right to the end`;
}

/** A horizon that was not reached, and what may show it. `null`: nothing that can be said. */
export function horizonBeyond(lastTurn: number, remedy: "--turns" | "--context" | "both" | null): string {
  const found = `H50 lies beyond turn ${lastTurn.toLocaleString("en")}`;
  if (remedy === null) return found;
  if (remedy === "--turns") return `${found}: more --turns may show it`;
  return remedy === "--context"
    ? `${found}, where contexts were full: a larger --context may show it`
    : `${found}: more --turns, and a larger --context for them, may show it`;
}

/** A horizon that too few rollouts are left to tell. */
export function horizonUnknown({ cut, begun }: { cut: number; begun: number }, lastTurn: number): string {
  return `H50 is unknown: ${cut} of ${counted(begun, "rollout")} ${cut === 1 ? "was" : "were"} cut, and too few are left after turn ${lastTurn}`;
}

/** A horizon of a threshold near 1 by a small sample. */
export function fewForHorizon(s: number, rollouts: number, enough: number): string {
  return `${horizonName(s)} rests on ${counted(rollouts, "rollout")}; up to ${enough.toLocaleString("en")} its estimate runs high`;
}

/** A horizon whose threshold is nearer to 1 than one rollout is to all. @param least rollouts of which one may err */
export function firstErrorDecides(s: number, rollouts: number, least: number): string {
  return `${horizonName(s)} cannot be told from ${counted(rollouts, "rollout")}: the first error in any of them takes task accuracy below it, so what is shown is the turn of that error and runs high; it takes at least ${least.toLocaleString("en")}`;
}

/** Rollouts that end at their first error leave only the flawless ones to be asked. */
export function survivorsOnly(): string {
  return "rollouts ended at their first error: turn accuracy is of survivors only";
}

/** Whom intervals speak of where rollouts share a few dictionaries. */
export function dictionaryScope(count: number): string {
  return count === 1
    ? "intervals are for this dictionary, which all rollouts share: another may do better or worse"
    : `intervals are for these ${count} dictionaries, which rollouts share: others may do better or worse`;
}
