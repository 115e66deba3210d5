import type { RolloutSurvival } from "./played-rollout.ts";

/** Rollouts as they would be in a run of so many turns: errors and cuts after the last of them are not seen. */
export function curtailed<Rollout extends RolloutSurvival>(
  rollouts: readonly Rollout[],
  turns: number,
): Rollout[] {
  return rollouts.map((rollout) => {
    const { lastTurn, firstErrorTurn, cut } = rollout;
    return {
      ...rollout,
      lastTurn: Math.min(lastTurn, turns),
      firstErrorTurn: firstErrorTurn !== null && firstErrorTurn <= turns ? firstErrorTurn : null,
      cut: lastTurn >= turns ? null : (cut ?? null),
    };
  });
}

/** Rollouts as if that turn were their first; those that ended or erred before it are left out. */
export function startingAt<Rollout extends RolloutSurvival>(
  rollouts: readonly Rollout[],
  turn: number,
): Rollout[] {
  const before = turn - 1;
  return rollouts
    .filter(({ lastTurn, firstErrorTurn }) => lastTurn >= before && (firstErrorTurn ?? turn) >= turn)
    .map((rollout) => ({
      ...rollout,
      lastTurn: rollout.lastTurn - before,
      firstErrorTurn: rollout.firstErrorTurn === null ? null : rollout.firstErrorTurn - before,
    }));
}

/**
 * Rollouts that a cut of their own ended while they were without an error, so that it is unknown whether they would
 * have erred next.
 */
export function isOpenCut({ firstErrorTurn, cut }: RolloutSurvival): boolean {
  return firstErrorTurn === null && (cut ?? null) !== null;
}

/** The worst that the cut ones can have been: each is wrong in the turn after its last. */
export function wrongNext<Rollout extends RolloutSurvival>(rollouts: readonly Rollout[]): Rollout[] {
  return rollouts.map((rollout) =>
    isOpenCut(rollout)
      ? { ...rollout, lastTurn: rollout.lastTurn + 1, firstErrorTurn: rollout.lastTurn + 1, cut: null }
      : rollout,
  );
}

/** The best that the cut ones can have been: each is right to the end. */
export function rightToTheEnd<Rollout extends RolloutSurvival>(
  rollouts: readonly Rollout[],
  turns: number,
): Rollout[] {
  return rollouts.map((rollout) =>
    isOpenCut(rollout) ? { ...rollout, lastTurn: turns, cut: null } : rollout,
  );
}

/**
 * Share of the rollouts without an error whose contexts have to be full at about the same turn, and by how much these
 * turns may differ.
 */
const fullTogether = { share: 0.9, spread: 0.05 };

/**
 * The turn up to which rollouts can be compared: the earliest at which at least 90 % of those that are still without
 * an error then fill their context within 5 % of one turn, for there the limit is the context's and not the model's;
 * else all of them. Rollouts that err later than that were without an error at the time, and count among them.
 */
export function comparedTurns(rollouts: readonly RolloutSurvival[], turns: number): number {
  const full = rollouts
    .filter((rollout) => isOpenCut(rollout) && rollout.cut === "context_full" && rollout.lastTurn > 0)
    .map(({ lastTurn }) => lastTurn)
    .toSorted((left, right) => left - right);
  if (full.length === 0) return turns;
  // The turn after which a rollout is no longer without an error.
  const exits = rollouts
    .map(({ firstErrorTurn, lastTurn }) => (firstErrorTurn === null ? lastTurn : firstErrorTurn - 1))
    .toSorted((left, right) => left - right);
  let [until, live] = [0, 0];
  const found = full.find((earliest, index) => {
    const { share, spread } = fullTogether;
    const latest = (earliest * (1 + spread)) / (1 - spread);
    while (until < full.length && (full[until] ?? 0) <= latest) until++;
    while (live < exits.length && (exits[live] ?? 0) < earliest) live++;
    return until - index >= share * (exits.length - live);
  });
  return found ?? turns;
}
