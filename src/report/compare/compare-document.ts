import { mcnemarTest } from "../../metrics/mcnemar.ts";
import type { PlayedRollout } from "../../metrics/played-rollout.ts";
import { boundedMeanDifference } from "../../metrics/bounded-mean.ts";
import { UsageError } from "../../errors.ts";
import { isNamed } from "../../reading/choose.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { Part } from "../../reading/rows.ts";
import { subjectOf } from "../../reading/settings.ts";
import { differences } from "../words/comparable.ts";
import { conditioningSlopes, describedHistories } from "./conditioning-slopes.ts";
import { slopeSentence } from "../sentences/conditioning.ts";
import { differentSettingsNote } from "../sentences/notes.ts";
import { counted } from "../words/words.ts";
import { type Contender, contenderOf, isMeasured } from "../../figures/contender.ts";
import { groupNotes } from "./group-notes.ts";
import { describeGroup } from "./group-row.ts";
import type { Metric } from "../../figures/metric.ts";
import { type Across, type Pair, ranked, ratioOf, testPairs } from "../../figures/pairs.ts";
import { type Grouping, orderOf, rowLabels } from "./row-labels.ts";
import type {
  CompareDocument,
  CompareGroup,
  ComparePair,
  ConditioningSlope,
} from "../../figures/compare-schema.ts";
import { pairSentence, verdictOf } from "./verdict.ts";

export interface CompareRequest {
  readonly by: Grouping;
  /** The one run that all others are compared with; null: every pair. */
  readonly baseline: string | null;
  /** Whether runs under different settings stand side by side: not at all, in one table with tests of those alike, or all. */
  readonly across: "refused" | Across;
  readonly metric: Metric;
}

/** What has to be read for it. */
export function partsOf(metric: Metric, isWhole: boolean): Set<Part> {
  const parts: Part[] =
    metric === "slips" ? ["answers", "wrong"] : metric === "self-conditioning" ? ["shown"] : [];
  return new Set(isWhole || metric === "speed" ? [...parts, "interTokens"] : parts);
}

/**
 * Which of these goes further, by how much, with what certainty.
 *
 * @throws UsageError for runs that differ in what decides the result, and for a baseline that is none of them
 */
export function compareGroups(
  groups: readonly ReadGroup[],
  remarks: readonly string[],
  { by, across: wantedAcross, metric, baseline: wantedBase }: CompareRequest,
): Omit<CompareDocument, "schemaVersion" | "db"> {
  const across = acrossNotes(
    groups.flatMap(({ rows }) => rows.map(({ run }) => subjectOf(run))),
    wantedAcross,
  );
  const labels = rowLabels(groups, by);
  const measured = groups.map((group, index) => measureOne(group, labels[index] ?? "", metric));
  const base = wantedBase === null ? null : baselineOf(measured, wantedBase);
  const order = ranked(measured.map(({ contender }) => contender).filter(isMeasured));
  const pairing = {
    baseline: base?.contender ?? null,
    across: wantedAcross === "all" ? "all" : "alike",
  } as const;
  const pairs = testPairs(order, pairing);
  const conditioning = metric === "self-conditioning" ? conditioningTold(measured) : null;
  return {
    by,
    baseline: base?.contender.label ?? null,
    verdict: verdictOf(
      measured.map(({ contender }) => contender),
      { ...pairing, pairs },
    ),
    notes: [
      ...(conditioning?.sentences ?? []),
      ...remarks,
      ...across,
      ...groups.flatMap((group, index) => groupNotes(group, labels[index] ?? "")),
    ],
    groups: inOrder(measured, order, by).map(({ row }) => row),
    pairs: pairs.map((pair) =>
      describePair(pair, pair.ahead === order[0] || base !== null || pairs.length <= 3),
    ),
    ...(conditioning === null ? {} : { slopes: conditioning.slopes }),
  };
}

/** The row that a `--baseline` names, by one of its runs. @throws UsageError when it is none of them, or several */
function baselineOf(measured: readonly Measured[], text: string): Measured {
  const runsOf = ({ group }: Measured) => group.speeds.flatMap(({ rows }) => rows);
  const matches = measured.filter((one) => runsOf(one).some((rows) => isNamed(rows, text)));
  const [match] = matches;
  if (match === undefined || matches.length > 1)
    throw new UsageError(
      `--baseline ${text}: names ${match === undefined ? "none" : counted(matches.length, "row")} of those compared. Use one of ${measured
        .flatMap(runsOf)
        .map(({ id }) => id)
        .join(", ")}.`,
    );
  return match;
}

function inOrder(measured: readonly Measured[], order: readonly Contender[], by: Grouping): Measured[] {
  const compare = orderOf(by);
  const rankOf = ({ contender }: Measured): number => {
    const rank = order.indexOf(contender);
    return rank < 0 ? order.length : rank;
  };
  return compare === null
    ? measured.toSorted((left, right) => rankOf(left) - rankOf(right))
    : measured.toSorted((left, right) =>
        compare({ group: left.group, label: left.row.label }, { group: right.group, label: right.row.label }),
      );
}

/** The effect of planted errors where several rows together tell one; of the others what goes with errors. */
function conditioningTold(measured: readonly Measured[]): {
  slopes: ConditioningSlope[];
  sentences: string[];
} {
  const slopes = conditioningSlopes(measured.flatMap(({ group }) => group.rows));
  const described = describedHistories(measured.map(({ row }) => row));
  return { slopes, sentences: [...slopes.map(slopeSentence), ...described] };
}

interface Measured {
  readonly group: ReadGroup;
  readonly row: CompareGroup;
  readonly contender: Contender;
}

function measureOne(group: ReadGroup, label: string, metric: Metric): Measured {
  const row = describeGroup(group, label, metric);
  return { group, row, contender: contenderOf(label, row, group.rows) };
}

function acrossNotes(
  subjects: Parameters<typeof differences>[0],
  across: CompareRequest["across"],
): string[] {
  const reason = differences(subjects);
  if (reason === null) return [];
  if (new Set(subjects.map(({ engine }) => engine)).size > 1)
    throw new UsageError(`compare: these runs differ in ${reason}. Name runs of one engine.`);
  if (across === "refused")
    throw new UsageError(
      `compare: these runs differ in ${reason}, so their curves do not answer the same question. Name runs alike, or add --across to set them side by side.`,
    );
  return [differentSettingsNote(reason)];
}

/** @param withRatio whether its bootstrap is worth its time: for the pairs that the verdict speaks of */
export function describePair(pair: Pair, withRatio: boolean): ComparePair {
  const { ahead, behind, turns, pairedRollouts, test, turnsTest, crossing, decidedBy, pValue, isShown } =
    pair;
  return {
    ahead: ahead.label,
    behind: behind.label,
    turns,
    pairedRollouts,
    test: test?.test ?? null,
    excess: test?.excess ?? null,
    pValue: test?.pValue ?? null,
    adjustedPValue: pValue,
    isShown,
    decidedBy,
    firstErrors: test?.events ?? null,
    cutRollouts: test?.cuts ?? 0,
    dictionaries: test?.dictionaries ?? null,
    turnAccuracy:
      turnsTest === null
        ? null
        : {
            ahead: turnsTest.first,
            behind: turnsTest.second,
            difference: turnsTest.difference,
            low: turnsTest.low,
            high: turnsTest.high,
            pValue: turnsTest.pValue,
          },
    crossing:
      crossing === null
        ? null
        : { limit: crossing.turns, mean: crossing.mean, low: crossing.low, high: crossing.high },
    ratio: withRatio ? ratioOf(pair) : null,
    // Turns of unlike sizes have no difference.
    meanTurnsDifference: decidedBy === "nothing" ? null : meanDifference(pair),
    mcNemar: decidedBy === "nothing" ? null : mcNemarOf(pair),
    verdict: pairSentence(pair),
  };
}

function meanDifference({ ahead, behind, turns, pairedRollouts }: Pair): ComparePair["meanTurnsDifference"] {
  const limit = Math.min(turns, ahead.taskAccuracy.length, behind.taskAccuracy.length);
  if (limit < 1) return null;
  const found = boundedMeanDifference(ahead.played, behind.played, limit, pairedRollouts > 1);
  return found === null ? null : { limit: found.limit, mean: found.mean, low: found.low, high: found.high };
}

/** At the turn where both together have lost half of their rollouts, or the last one that both were meant to have. */
function mcNemarOf({ ahead, behind, turns }: Pair): ComparePair["mcNemar"] {
  const others = new Map(behind.played.map((rollout) => [rollout.instance, rollout]));
  const both = ahead.played.flatMap((rollout) => {
    const other = others.get(rollout.instance);
    return other === undefined ? [] : [[rollout, other] as const];
  });
  if (both.length === 0) return null;
  const errors = both
    .flat()
    .map(({ firstErrorTurn }) => firstErrorTurn ?? Number.POSITIVE_INFINITY)
    .toSorted((left, right) => left - right);
  const turn = Math.min(turns, errors[Math.ceil(errors.length / 2) - 1] ?? turns);
  const known = both.filter((pair) => pair.every((rollout) => isKnownAt(rollout, turn)));
  const only = (side: 0 | 1): number =>
    known.filter((pair) => isWholeAt(pair[side], turn) && !isWholeAt(pair[side === 0 ? 1 : 0], turn)).length;
  const [onlyAhead, onlyBehind] = [only(0), only(1)];
  const test = mcnemarTest(onlyAhead, onlyBehind);
  return test === null ? null : { turn, onlyAhead, onlyBehind, pValue: test.pValue, midP: test.midP };
}

function isKnownAt({ lastTurn, firstErrorTurn }: PlayedRollout, turn: number): boolean {
  return lastTurn >= turn || firstErrorTurn !== null;
}

function isWholeAt({ firstErrorTurn }: PlayedRollout, turn: number): boolean {
  return firstErrorTurn === null || firstErrorTurn > turn;
}
