import { type ClusteredTally, pooledAccuracy } from "../metrics/accuracy.ts";
import { boundedMean } from "../metrics/bounded-mean.ts";
import { predictedHorizon } from "../metrics/predicted-horizon.ts";
import type { Proportion } from "../metrics/proportion.ts";
import type { ReadGroup, ReadSpeed } from "../reading/groups.ts";
import type { RunRows } from "../reading/rows.ts";
import { settingsOf } from "../reading/settings.ts";
import type { ConditionedTurn } from "../store/history-tallies.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { measureSpeed, unlikeSpeed } from "./speed.ts";
import { measure, measureMemory, type Measures } from "./measures.ts";
import { originOf } from "./origin.ts";
import { tallyRollouts } from "./tallies.ts";
import { samplesOf } from "./contender.ts";
import { decayOf } from "./group-decay.ts";
import type { Metric } from "./metric.ts";
import type { CompareGroup } from "./compare-schema.ts";

/** Every figure of one row of a comparison but those of slips. */
export function measureGroup(
  group: ReadGroup,
  label: string,
  metric: Metric,
): Omit<CompareGroup, "afterSlip" | "slips"> {
  const { rows, failed } = group;
  const run = rows[0]?.run;
  if (run === undefined) throw new Error(`${label} has no run`);
  const { engine, scripted, machine, model } = originOf(run);
  const speeds = group.speeds.map(speedRow);
  const [only, ...others] = speeds;
  const isOneSpeed = only !== undefined && others.length === 0;
  const timed = group.speeds.flatMap((one) => one.rows);
  const measures = measure(
    rows,
    timed,
    isOneSpeed ? only.speed : unlikeSpeed(speeds.map(({ speed }) => speed)),
  );
  const played = samplesOf(rows);
  return {
    label,
    runs: rows.map(({ id }) => id),
    status: worstStatus(rows),
    engine,
    scripted,
    seeds: rows.map((one) => one.run.seed),
    machine,
    model,
    settings: settingsOf(run),
    ...measures,
    memory: isOneSpeed ? measures.memory : { peakRssBytes: null, kvBytes: null, vramBytes: null },
    ...throughputOf(isOneSpeed ? timed : [], measures),
    speeds,
    failed,
    formatFailures: pooledAccuracy(rows.flatMap(({ tracks }) => tracks.map(formatFailuresIn))),
    predictedHorizon: predictionOf(measures),
    restrictedMean: boundedMean(played, Math.max(1, measures.horizons[0]?.lastTurn ?? 1)),
    decay: metric === "decay" ? decayOf(measures, run.settings, played) : null,
    conditioning: metric === "self-conditioning" ? conditioningOf(rows) : null,
  };
}

/** One speed setting of the row: never pooled with another. */
function speedRow({ setting, rows }: ReadSpeed): CompareGroup["speeds"][number] {
  const speed = measureSpeed(rows);
  const { "llama.cpp": llamaCpp, ...settings } = setting;
  return {
    runs: rows.map(({ id }) => id),
    ...settings,
    llamaCpp,
    speed,
    memory: measureMemory(rows),
    ...throughputOf(rows, { speed }),
  };
}

/** A group is as complete as its least complete run. */
function worstStatus(rows: readonly RunRows[]): CompareGroup["status"] {
  const order = ["failed", "interrupted", "running", "complete"] as const;
  return order.find((status) => rows.some(({ run }) => run.status === status)) ?? "complete";
}

/** @param rows runs of one speed setting; none: unknown */
function throughputOf(
  rows: readonly RunRows[],
  { speed }: Pick<Measures, "speed">,
): Pick<CompareGroup, "correctTurnsPerSecond" | "tokensPerCorrectTurn"> {
  const ms = rows.flatMap(({ batches }) => batches).reduce((sum, batch) => sum + batch.ms, 0);
  const right = rows.reduce((sum, { rightTurns }) => sum + rightTurns, 0);
  const { prefillTokens, decodeTokens } = speed;
  const tokens = prefillTokens === null || decodeTokens === null ? null : prefillTokens + decodeTokens;
  return {
    correctTurnsPerSecond: ms > 0 ? (1000 * right) / ms : null,
    tokensPerCorrectTurn: tokens === null || right === 0 ? null : tokens / right,
  };
}

/** Turns whose answer could not be read, whatever it was; `correct` counts them. */
function formatFailuresIn({ letters, dictionary }: RolloutTrack): ClusteredTally {
  const asked = letters.replaceAll(".", "");
  const tally = { n: asked.length, correct: asked.replace(/[RrWw]/g, "").length };
  return dictionary === undefined ? tally : { ...tally, dictionary };
}

function predictionOf({ turnAccuracy }: Measures): CompareGroup["predictedHorizon"] {
  const [first, second] = [1, 2].map((wanted) => turnAccuracy.find(({ turn }) => turn === wanted));
  return first === undefined || second === undefined ? null : predictedHorizon(first, second, 0.5);
}

/** What goes with errors; a cause is told by planted ones alone, over several rows. */
function conditioningOf(rows: readonly RunRows[]): CompareGroup["conditioning"] {
  const parts = rows.filter(seesItsErrors).flatMap(({ tracks }) => tracks.map(partsAtError));
  const share = (index: 0 | 1): Proportion => pooledAccuracy(tallyRollouts(parts.map((part) => part[index])));
  return {
    beforeFirstError: share(0),
    afterFirstError: share(1),
    ...sharesByShown(rows),
    slope: null,
  };
}

/** Histories that keep all that the model answered. In others what it saw after an error need not hold that error. */
const keepingAnswers = ["own", "stripped", "recap"];

/** Whether an error of the model stands before all its later turns: else "after it" is a matter of time alone. */
function seesItsErrors({ run }: RunRows): boolean {
  return keepingAnswers.includes(run.settings.history) && run.settings.probe === null;
}

/** The turns up to and with the first error, and those after it. */
function partsAtError(track: RolloutTrack): readonly [RolloutTrack, RolloutTrack] {
  const error = track.letters.search(/[^Rr]/);
  const first = error < 0 ? track.letters.length : error + 1;
  const part = (letters: string): RolloutTrack => ({ ...track, letters });
  return [part(track.letters.slice(0, first)), part(track.letters.slice(first))];
}

/** Right turns by whether an error stood among the answers shown before them; turn 1 has none before it. */
function sharesByShown(rows: readonly RunRows[]): { errorsShown: Proportion; noneShown: Proportion } {
  const parts = rows.flatMap(({ shown, tracks }) =>
    [true, false].map((isShown) => {
      const own = (shown ?? []).filter(({ errorShare }) => errorShare > 0 === isShown);
      return { isShown, tallies: talliesOf(own, tracks) };
    }),
  );
  const share = (wanted: boolean): Proportion =>
    pooledAccuracy(parts.flatMap(({ isShown, tallies }) => (isShown === wanted ? tallies : [])));
  return { errorsShown: share(true), noneShown: share(false) };
}

/** The turns of each rollout. */
function talliesOf(turns: readonly ConditionedTurn[], tracks: readonly RolloutTrack[]): ClusteredTally[] {
  const tallies = new Map<number, { n: number; correct: number }>();
  for (const { rollout, isCorrect } of turns) {
    const { n, correct } = tallies.get(rollout) ?? { n: 0, correct: 0 };
    tallies.set(rollout, { n: n + 1, correct: correct + (isCorrect ? 1 : 0) });
  }
  return tracks.flatMap(({ rollout, dictionary }) => {
    const tally = tallies.get(rollout);
    if (tally === undefined) return [];
    return [dictionary === undefined ? tally : { ...tally, dictionary }];
  });
}
