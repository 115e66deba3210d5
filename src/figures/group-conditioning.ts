import { z } from "zod";
import { type ClusteredTally, pooledAccuracy } from "../metrics/accuracy.ts";
import type { Proportion } from "../metrics/proportion.ts";
import { historyFacts } from "../settings/stored.ts";
import type { RunRows } from "../reading/rows.ts";
import type { ConditionedTurn } from "../store/history-tallies.ts";
import type { RolloutTrack } from "../store/tracks.ts";
import { groupFigure } from "./group-figure.ts";
import { count, interval, proportion } from "./run-schema.ts";
import { tallyRollouts } from "./tallies.ts";

const schema = z.object({
  beforeFirstError: proportion.describe(
    "unknown, as what comes after it, where the model need not have seen its error: turns asked by themselves, histories that replace, cut or leave out its answers",
  ),
  afterFirstError: proportion.describe("not a cause: rollouts that err early may be the harder ones"),
  errorsShown: proportion.describe(
    "right turns, from turn 2 on, of those with an error among the answers shown",
  ),
  noneShown: proportion.describe("and of those with none; no cause either: long and hard rollouts have both"),
  slope: z
    .object({ slope: z.number(), ...interval, clusters: count })
    .nullable()
    .describe("null: one row alone tells none, see `slopes`"),
});

/**
 * How often turns are right after errors and without. That says nothing of a cause, which only planted errors over
 * several rows can show.
 */
export const conditioning = groupFigure({
  schema: schema.nullable().describe("with --metric self-conditioning"),
  onlyWith: "self-conditioning",
  measure: ({ rows }) => conditioningOf(rows),
});

function conditioningOf(rows: readonly RunRows[]): z.infer<typeof schema> {
  const parts = rows.filter(seesItsErrors).flatMap(({ tracks }) => tracks.map(partsAtError));
  const share = (index: 0 | 1): Proportion => pooledAccuracy(tallyRollouts(parts.map((part) => part[index])));
  return {
    beforeFirstError: share(0),
    afterFirstError: share(1),
    ...sharesByShown(rows),
    slope: null,
  };
}

/**
 * Whether the model sees its own error in all later turns: if not, turns after it differ from those before in their
 * place alone.
 */
function seesItsErrors({ run }: RunRows): boolean {
  return historyFacts(run.settings.history)?.keepsAnswers === true && run.settings.probe === null;
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
