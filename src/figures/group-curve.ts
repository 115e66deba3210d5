import { boundedMean } from "../metrics/bounded-mean.ts";
import { predictedHorizon } from "../metrics/predicted-horizon.ts";
import type { RunRows } from "../reading/rows.ts";
import type { CompareGroup } from "./compare-schema.ts";
import { samplesOf } from "./contender.ts";
import { decayOf } from "./group-decay.ts";

/**
 * What a row's curve of first errors says beside its horizons: what two turns predict, its mean, its law of decay.
 *
 * @param withDecay whether laws are to be fitted
 */
export function groupCurve(
  rows: readonly RunRows[],
  measured: Pick<CompareGroup, "turnAccuracy" | "taskAccuracy" | "horizons" | "settings">,
  withDecay: boolean,
): Pick<CompareGroup, "predictedHorizon" | "restrictedMean" | "decay"> {
  const played = samplesOf(rows);
  return {
    predictedHorizon: predictionOf(measured),
    restrictedMean: boundedMean(played, Math.max(1, measured.horizons[0]?.lastTurn ?? 1)),
    decay: withDecay ? decayOf(measured, measured.settings, played) : null,
  };
}

function predictionOf({
  turnAccuracy,
}: Pick<CompareGroup, "turnAccuracy">): CompareGroup["predictedHorizon"] {
  const [first, second] = [1, 2].map((wanted) => turnAccuracy.find(({ turn }) => turn === wanted));
  return first === undefined || second === undefined ? null : predictedHorizon(first, second, 0.5);
}
