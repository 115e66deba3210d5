import type { RolloutSurvival } from "./survival.ts";

/** Rollouts as they would be in a run of so many turns: what lies behind them is not seen, a later cut neither. */
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

/** Rollouts that a cut of their own ended while they were without an error: what came next nobody knows. */
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

/** Share of the rollouts without an error that have to be full at about one turn, and how far about goes. */
const fullTogether = { share: 0.9, spread: 0.05 };

/**
 * The turn up to which rollouts can be compared: where at least 90 % of those without an error filled their context
 * within 5 % of one turn, the earliest of those turns (the limit is the context's, not the model's); else all of them.
 */
export function comparedTurns(rollouts: readonly RolloutSurvival[], turns: number): number {
  const live = rollouts.filter(({ firstErrorTurn }) => firstErrorTurn === null);
  const full = live
    .filter(({ cut, lastTurn }) => cut === "context_full" && lastTurn > 0)
    .map(({ lastTurn }) => lastTurn)
    .toSorted((left, right) => left - right);
  const wanted = Math.max(1, Math.ceil(fullTogether.share * live.length));
  const { spread } = fullTogether;
  const found = full.find((earliest, index) => {
    const last = full[index + wanted - 1];
    return last !== undefined && last * (1 - spread) <= earliest * (1 + spread);
  });
  return found ?? turns;
}
