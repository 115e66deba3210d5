import { UsageError } from "../../errors.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import { type Contender, contenderOf, isMeasured } from "../../figures/contender.ts";
import type { Metric } from "../../figures/metric.ts";
import { ranked } from "../../figures/pairs.ts";
import { namedBy } from "../../reading/choose.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { RunRows } from "../../reading/rows.ts";
import { counted } from "../words/words.ts";
import { describeGroup } from "./group-row.ts";
import { type Grouping, orderOf } from "./row-labels.ts";

/** A row of a comparison: the runs behind it, its figures, and what tests take. */
export interface MeasuredRow {
  readonly group: ReadGroup;
  readonly rows: readonly RunRows[];
  readonly row: CompareGroup;
  readonly contender: Contender;
}

/** @param asked as of {@link describeGroup} */
export function measureRow(
  group: ReadGroup,
  label: string,
  metric: Metric,
  asked: readonly number[],
): MeasuredRow {
  const row = describeGroup(group, label, metric, asked);
  return { group, rows: group.rows, row, contender: contenderOf(label, row, group.rows) };
}

/** The row that a `--baseline` names, by one of its runs. @throws UsageError when it is none of them, or several */
export function baselineOf(measured: readonly MeasuredRow[], text: string): MeasuredRow {
  const runsOf = ({ group }: MeasuredRow) => group.speeds.flatMap(({ rows }) => rows);
  const matches = namedBy(measured, runsOf, text);
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

/** Those that have turns, the furthest first. */
export function rankedRows(measured: readonly MeasuredRow[]): Contender[] {
  return ranked(measured.map(({ contender }) => contender).filter(isMeasured));
}

/** Rows by what they are named by; else those that get further first. @param ranking the furthest first */
export function inOrder(
  measured: readonly MeasuredRow[],
  ranking: readonly Contender[],
  by: Grouping,
): MeasuredRow[] {
  const compare = orderOf(by);
  const rankOf = ({ contender }: MeasuredRow): number => {
    const rank = ranking.indexOf(contender);
    return rank < 0 ? ranking.length : rank;
  };
  return compare === null
    ? measured.toSorted((left, right) => rankOf(left) - rankOf(right))
    : measured.toSorted((left, right) =>
        compare({ group: left.group, label: left.row.label }, { group: right.group, label: right.row.label }),
      );
}
