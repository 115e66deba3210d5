import { z } from "zod";
import { groupBy } from "../group-by.ts";
import { clusteredShare } from "../metrics/accuracy.ts";
import { type ClusteredMean, clusteredMean, type ClusteredValue } from "../metrics/clustered-mean.ts";
import { dictionariesOf } from "../metrics/dictionary-clusters.ts";
import type { Proportion } from "../metrics/proportion.ts";
import { doubtBegins, doubtBeforeSlip, type SureRollout } from "../metrics/doubt.ts";
import { playedRollouts, type RunRows } from "../reading/rows.ts";
import type { ConfidentTurn } from "../store/confident-turns.ts";
import { outcomeOf, type RolloutTrack } from "../store/tracks.ts";
import { isAsked } from "./tallies.ts";

/**
 * A wrong answer is a near tie where at the token that decided another one was at least 0.9 times as likely: where two
 * share all there is, they are 0.05 apart, within which the order of a batch turns answers (ARCHITECTURE.md, "A cache is
 * proven against a cold evaluation").
 */
const nearTieBelow = 0.1;

const end = z.number().nullable();
const mean = z.object({
  n: z.int().nonnegative(),
  clusters: z.int().nonnegative().describe("rollouts, or the dictionaries that they share"),
  mean: z.number().nullable(),
  low: end.describe("95 %, Student's t over clusters; null: too few"),
  high: end,
});
const share = z.number().min(0).max(1).nullable();

export const confidenceSchema = z.object({
  probability: z
    .object({ right: mean, wrong: mean })
    .describe("of the whole answer, by the model's own distribution; wrong: answers that are wrong numbers"),
  gap: z
    .object({ right: mean, wrong: mean })
    .nullable()
    .describe(
      "the smallest of an answer's tokens: the natural logarithm of its probability less that of the likeliest other token; null: not asked for",
    ),
  nearTies: z
    .object({ below: z.number(), n: z.int(), correct: z.int(), accuracy: share, low: share, high: share })
    .nullable()
    .describe("`correct` of `n` wrong numbers: less than `below` from another token where they were decided"),
  doubt: z
    .object({
      before: z
        .array(
          z.object({
            before: z.int().nonnegative().describe("turns before a rollout's first slip; 0: the slip"),
            gap: mean,
            difference: z
              .object({ n: z.int(), mean: z.number(), low: end, high: end })
              .nullable()
              .describe("from rollouts that were right at the same turn and in the five after it"),
          }),
        )
        .readonly(),
      begins: z
        .int()
        .nullable()
        .describe("so many turns before the slip the gap begins to lie lower; null: that is not shown"),
    })
    .nullable()
    .describe("null: not asked for, or turns were asked by themselves"),
});

export type ConfidenceFigures = z.infer<typeof confidenceSchema>;

/** How sure a model was, and whether that tells its slips; null: nothing is told. */
export function measureConfidence({ run, tracks, confidence }: RunRows): ConfidenceFigures | null {
  if (confidence === null || confidence.length === 0) return null;
  const answers = placed(tracks, confidence);
  const meansOf = (
    valueOf: (answer: Answer) => number | null,
  ): { right: ClusteredMean; wrong: ClusteredMean } => {
    const of = (isRight: boolean): ClusteredMean =>
      clusteredMean(
        answers
          .filter((answer) => answer.isRight === isRight)
          .flatMap((answer): ClusteredValue[] => {
            const value = valueOf(answer);
            return value === null ? [] : [{ cluster: answer.cluster, value }];
          }),
      );
    return { right: of(true), wrong: of(false) };
  };
  const hasGaps = answers.some(({ gap }) => gap !== null);
  return {
    probability: bounded(
      meansOf(({ probability }) => probability),
      0,
      1,
    ),
    // Where no token fell behind another one, as in every greedy answer, no mean can lie below 0.
    gap: hasGaps
      ? bounded(
          meansOf(({ gap }) => gap),
          isNeverBehind(answers) ? 0 : null,
          null,
        )
      : null,
    nearTies: hasGaps ? { below: nearTieBelow, ...nearTies(answers) } : null,
    doubt: hasGaps ? doubtIn({ run, tracks }, answers) : null,
  };
}

/** Intervals that reach no further than what is averaged. @param least of it, and `most`; null: no bound is known */
function bounded(
  means: { right: ClusteredMean; wrong: ClusteredMean },
  least: number | null,
  most: number | null,
): ConfidenceFigures["probability"] {
  const within = (one: ClusteredMean): ClusteredMean => ({
    ...one,
    low: one.low === null ? null : Math.max(least ?? one.low, one.low),
    high: one.high === null ? null : Math.min(most ?? one.high, one.high),
  });
  return { right: within(means.right), wrong: within(means.wrong) };
}

function isNeverBehind(answers: readonly Answer[]): boolean {
  return answers.every(({ gap }) => gap === null || gap >= 0);
}

interface Answer extends ConfidentTurn {
  readonly cluster: string;
  readonly isRight: boolean;
}

/** Right answers and wrong numbers, each with what it falls together with others by. */
function placed(tracks: readonly RolloutTrack[], turns: readonly ConfidentTurn[]): Answer[] {
  const isShared = dictionariesOf(tracks.map(({ dictionary }) => dictionary)).scope === "clusters";
  const byRollout = new Map(tracks.map((track) => [track.rollout, track]));
  return turns.flatMap((turn) => {
    const track = byRollout.get(turn.rollout);
    const outcome = track === undefined ? null : outcomeAt(track, turn.turn);
    if (outcome !== "right" && outcome !== "wrong_number") return [];
    const cluster = (isShared ? track?.dictionary : undefined) ?? String(turn.rollout);
    return [{ ...turn, cluster, isRight: outcome === "right" }];
  });
}

function outcomeAt({ letters }: RolloutTrack, turn: number) {
  const code = letters.charCodeAt(turn - 1);
  return Number.isNaN(code) || !isAsked(code) ? null : outcomeOf(code);
}

/** Near ties of one rollout, or of one dictionary, may come together. */
function nearTies(answers: readonly Answer[]): Proportion {
  const decided = answers.flatMap(({ cluster, isRight, decidingGap }) =>
    isRight || decidingGap === null ? [] : [{ cluster, decidingGap }],
  );
  return clusteredShare(decided, ({ decidingGap }) => Math.abs(decidingGap) < nearTieBelow);
}

/** Null where turns were asked by themselves: none goes before another. */
function doubtIn(
  rows: Pick<RunRows, "run" | "tracks">,
  answers: readonly Answer[],
): ConfidenceFigures["doubt"] {
  const played = playedRollouts(rows);
  if (played.every(({ lastTurn }) => lastTurn === 0)) return null;
  const byRollout = groupBy(answers, ({ rollout }) => String(rollout));
  const rollouts = rows.tracks.flatMap((track, index): SureRollout[] => {
    const own = byRollout.get(String(track.rollout));
    const firstErrorTurn = played[index]?.firstErrorTurn ?? null;
    if (own?.[0] === undefined) return [];
    const upTo = own.filter(({ turn }) => firstErrorTurn === null || turn <= firstErrorTurn);
    return [
      {
        cluster: own[0].cluster,
        gaps: new Map(upTo.flatMap(({ turn, gap }) => (gap === null ? [] : [[turn, gap] as const]))),
        firstErrorTurn,
        isSlip: firstErrorTurn !== null && outcomeAt(track, firstErrorTurn) === "wrong_number",
      },
    ];
  });
  const before = doubtBeforeSlip(rollouts);
  return { before, begins: doubtBegins(before) };
}
