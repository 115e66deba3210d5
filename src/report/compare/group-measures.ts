import { type Tally, pooledAccuracy } from "../../metrics/accuracy.ts";
import { boundedMean } from "../../metrics/bounded-mean.ts";
import { logisticSlope } from "../../metrics/logistic.ts";
import type { PlayedRollout } from "../../metrics/played-rollout.ts";
import { predictedHorizon } from "../../metrics/predicted-horizon.ts";
import type { Proportion } from "../../metrics/proportion.ts";
import { isRight, type RunRows, tallyRollouts } from "../rows.ts";
import { decodeSlips, slipShares } from "../slips.ts";
import { identity, type Measures, settingsOf } from "../summary.ts";
import { decayOf } from "./group-decay.ts";
import type { Group } from "./groups.ts";
import type { Metric } from "./metrics.ts";
import type { CompareGroup } from "./schema.ts";

/** Every figure of one row of the comparison. */
export function measureGroup(
  { label, runs }: Group,
  rows: readonly RunRows[],
  measures: Measures,
  played: readonly PlayedRollout[],
  metric: Metric,
): CompareGroup {
  const run = rows[0]?.run;
  if (run === undefined) throw new Error(`${label} has no run`);
  const { engine, scripted, machine, model } = identity(run);
  return {
    label,
    runs: runs.map(({ id }) => id),
    status: worstStatus(rows),
    engine,
    scripted,
    seeds: rows.map((one) => one.run.seed),
    machine,
    model,
    settings: settingsOf(run),
    ...measures,
    ...throughputOf(rows, measures),
    formatFailures: pooledAccuracy(
      rows.flatMap(({ tracks }) => tracks.map(({ letters }) => formatFailuresIn(letters))),
    ),
    predictedHorizon: predictionOf(measures),
    restrictedMean: boundedMean(played, Math.max(1, measures.horizons[0]?.lastTurn ?? 1)),
    decay: metric === "decay" ? decayOf(measures, run.settings, played) : null,
    conditioning: metric === "self-conditioning" ? conditioningOf(rows) : null,
    slips: metric === "slips" ? slipsOf(runs) : null,
  };
}

/** A group is as complete as its least complete run. */
function worstStatus(rows: readonly RunRows[]): CompareGroup["status"] {
  const order = ["failed", "interrupted", "running", "complete"] as const;
  return order.find((status) => rows.some(({ run }) => run.status === status)) ?? "complete";
}

function throughputOf(
  rows: readonly RunRows[],
  { outcomes, speed }: Measures,
): Pick<CompareGroup, "correctTurnsPerSecond" | "tokensPerCorrectTurn"> {
  const ms = rows.flatMap(({ batches }) => batches).reduce((sum, batch) => sum + batch.ms, 0);
  const { right } = outcomes;
  return {
    correctTurnsPerSecond: ms > 0 ? (1000 * right) / ms : null,
    tokensPerCorrectTurn: right > 0 ? (speed.prefillTokens + speed.decodeTokens) / right : null,
  };
}

/** Turns whose answer could not be read, whatever it was; `correct` counts them. */
function formatFailuresIn(letters: string): Tally {
  const asked = letters.replaceAll(".", "");
  return { n: asked.length, correct: asked.replace(/[RrWw]/g, "").length };
}

function predictionOf({ turnAccuracy }: Measures): CompareGroup["predictedHorizon"] {
  const [first, second] = turnAccuracy;
  return first === undefined || second === undefined ? null : predictedHorizon(first, second, 0.5);
}

function slipsOf(runs: Group["runs"]): CompareGroup["slips"] {
  const decoded = runs.map(({ source, run }) => ({
    slips: decodeSlips(source.database, run),
    valueMax: run.settings.valueMax,
  }));
  const known = decoded.flatMap(({ slips, valueMax }) => (slips === null ? [] : [{ slips, valueMax }]));
  return known.length === decoded.length ? slipShares(known) : null;
}

function conditioningOf(rows: readonly RunRows[]): CompareGroup["conditioning"] {
  const tracks = rows.flatMap((one) => one.tracks);
  const parts = tracks.map(({ letters }) => {
    const error = letters.search(/[^Rr]/);
    return error < 0 ? [letters, ""] : [letters.slice(0, error + 1), letters.slice(error + 1)];
  });
  const share = (index: 0 | 1): Proportion =>
    pooledAccuracy(
      tallyRollouts(parts.map((part) => ({ rollout: 0, end: null, letters: part[index] ?? "" }))),
    );
  const slope = logisticSlope(tracks.flatMap(({ letters }, cluster) => observationsIn(letters, cluster)));
  return {
    beforeFirstError: share(0),
    afterFirstError: share(1),
    slope:
      slope === null
        ? null
        : { slope: slope.slope, low: slope.low, high: slope.high, clusters: slope.clusters },
  };
}

/** Each turn from the second on: was it right, and what share of the answers before it was wrong. */
function observationsIn(letters: string, cluster: number) {
  let wrong = 0;
  return Array.from(letters, (_, index) => {
    const isCorrect = isRight(letters.charCodeAt(index));
    const observation = { cluster, covariate: index === 0 ? 0 : wrong / index, isCorrect };
    if (!isCorrect) wrong++;
    return observation;
  }).slice(1);
}
