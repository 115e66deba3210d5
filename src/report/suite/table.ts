import { headlineColumns } from "../compare/headline-rows.ts";
import { severalSpeeds, speedLines } from "../compare/speed-lines.ts";
import { columnsOf } from "../compare/metrics.ts";
import type { Measure } from "../tables/measure-table.ts";
import { significant } from "../words/numbers.ts";
import { armColumns, type ArmRow } from "./columns.ts";
import type { SuiteExperiment } from "./suite-schema.ts";
import { isBetweenModels, kindOf } from "../../reading/experiment-kind.ts";

/** Makes the tables of an experiment: what it found, and the speeds of the rows that have several. */
export function withTables<Result>(
  experiment: SuiteExperiment,
  make: <Row>(rows: readonly Row[], labels: readonly string[], columns: readonly Measure<Row>[]) => Result,
): Result[] {
  const lines = speedLines(severalSpeeds(experiment.comparison.groups));
  const labels = lines.map(({ label }) => label);
  const ofSpeeds = lines.length === 0 ? [] : [make(lines, labels, columnsOf("speed", lines))];
  return [withTable(experiment, make), ...ofSpeeds];
}

/** Of its arms, or of what its arms together tell. */
function withTable<Result>(
  { experiment, comparison, rows, capacities }: SuiteExperiment,
  make: <Row>(rows: readonly Row[], labels: readonly string[], columns: readonly Measure<Row>[]) => Result,
): Result {
  const kind = kindOf(experiment);
  const labels = rows.map(({ label }) => label);
  const { headline = [], thresholds } = comparison;
  if (kind === "headline")
    return make(
      headline,
      headline.map(({ label }) => label),
      headlineColumns(headline),
    );
  // Where a turn is several steps, it is said how many steps a horizon is.
  const isInTurns = comparison.groups.every(({ settings }) => settings.keysPerTurn === 1);
  if (isBetweenModels(experiment) && isInTurns)
    return make(comparison.groups, labels, columnsOf("summary", [], thresholds));
  if (kind === "capacity" && capacities.length > 0)
    return make(capacities, capacities.map(capacityLabel), capacityColumns);
  const arms = rows.flatMap((row, index): ArmRow[] => {
    const group = comparison.groups[index];
    return group === undefined ? [] : [{ ...row, group }];
  });
  return make(arms, labels, armColumns(kind, arms, thresholds));
}

/** What an experiment says, sentence by sentence. */
export function toldBy({ findings, comparison }: SuiteExperiment): readonly string[] {
  return findings.length > 0 || comparison.verdict === "" ? findings : [comparison.verdict];
}

type CapacityRow = SuiteExperiment["capacities"][number];

function capacityLabel({ model, mode, setting }: CapacityRow): string {
  return [mode, model, ...(setting === null ? [] : [setting])].join(" · ");
}

const capacityColumns: readonly Measure<CapacityRow>[] = [
  {
    title: "keys in a turn (95 %)",
    rank: 1,
    cell: ({ keys, low, high, sizes }) =>
      `${keys} (${low} to ${high >= (sizes.at(-1)?.keys ?? 0) ? `>= ${sizes.at(-1)?.keys ?? 0}` : high})`,
  },
  {
    title: "right in",
    align: "right",
    rank: 2,
    cell: ({ threshold }) => `>= ${significant(threshold * 100)} %`,
  },
  { title: "search alone", align: "right", rank: 3, cell: ({ searched }) => String(searched) },
  {
    title: "right of asked, by keys",
    rank: 4,
    cell: ({ sizes }) => sizes.map(({ keys, n, correct }) => `${keys}: ${correct}/${n}`).join("  "),
  },
];
