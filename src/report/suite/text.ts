import { createColors } from "picocolors";
import { type Measure, renderMeasures } from "../comparison.ts";
import { columnsOf } from "../compare/metrics.ts";
import { printable } from "../labels.ts";
import { significant } from "../numbers.ts";
import { type TextStyle, wrap } from "../layout.ts";
import { armColumns, type ArmRow } from "./columns.ts";
import { studyOf } from "./study-of.ts";
import type { SuiteDocument, SuiteExperiment } from "./schema.ts";
import { nothingAnsweredSentence } from "../sentences/findings.ts";
import { simulatedNote } from "../sentences/page.ts";

/** What a person reads of a suite: a table for each experiment, and what it says. */
export function renderSuite(document: SuiteDocument, style: TextStyle): string {
  if (document.experiments.length === 0) return `${printable(document.suite)}: ${nothingAnsweredSentence()}`;
  return document.experiments.map((experiment) => renderExperiment(experiment, style)).join("\n\n\n");
}

function renderExperiment(experiment: SuiteExperiment, { width, color }: TextStyle): string {
  const paint = createColors(color);
  const { comparison, rows, capacities, findings } = experiment;
  const told = findings.length > 0 || comparison.verdict === "" ? findings : [comparison.verdict];
  const isSimulated = comparison.groups[0]?.engine === "scripted";
  const arms = rows.flatMap((row): ArmRow[] => {
    const group = comparison.groups.find(({ label }) => label === row.label);
    return group === undefined ? [] : [{ ...row, group }];
  });
  const study = studyOf(experiment.experiment);
  const labels = rows.map(({ label }) => printable(label));
  const table =
    study === "horizon"
      ? renderMeasures(comparison.groups, labels, columnsOf("summary"), width, isSimulated)
      : study === "capacity" && capacities.length > 0
        ? renderMeasures(
            capacities,
            capacities.map(({ model, mode, setting }) =>
              printable([mode, model, ...(setting === null ? [] : [setting])].join(" · ")),
            ),
            capacityColumns,
            width,
            isSimulated,
          )
        : renderMeasures(arms, labels, armColumns(study), width, isSimulated);
  return [
    paint.bold(printable(experiment.experiment)),
    table,
    ...told.map((sentence) => wrap(printable(sentence), width, "", "  ")),
    ...[...(isSimulated ? [simulatedNote()] : []), ...comparison.notes].map((note) =>
      paint.yellow(wrap(`note: ${printable(note)}`, width, "", "      ")),
    ),
  ].join("\n");
}

type CapacityRow = SuiteExperiment["capacities"][number];

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
