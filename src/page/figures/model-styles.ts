import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { pointStyleOf, type Style, styleOf } from "./palette.ts";

type Experiment = Pick<PageDocument["suites"][number]["experiments"][number], "rows" | "comparison">;

/** How the models of a page are drawn: each has one colour in all figures, and one mark where it has one line. */
export interface Styles {
  /** Of rows that stand in one figure, beside them; those of one model differ in their dashes. */
  ofRows(groups: readonly CompareGroup[]): Style[];
  /** The same where rows are points, which have no dashes: those of one model differ in their marks. */
  ofPoints(groups: readonly CompareGroup[]): Style[];
  /** Of a figure's lines, each of the model that is called so in the experiment, beside them. */
  ofLines(experiment: Experiment, models: readonly string[]): Style[];
  /** Of what is called as a row or begins with its name, as the row. */
  byLabel(groups: readonly CompareGroup[]): (label: string, place: number) => Style;
}

/** Models count in the order in which the page first shows them. Where there is one alone, colours tell its rows apart. */
export function stylesOf({ comparison, suites }: Pick<PageDocument, "comparison" | "suites">): Styles {
  const experiments = suites.flatMap((suite) => suite.experiments);
  const all = [comparison, ...experiments.map((one) => one.comparison)].flatMap((one) => one?.groups ?? []);
  const models = [...new Set(all.map(modelOf))];
  const ofModels = (own: readonly string[], areLines = true): Style[] =>
    own.map((model, place) => {
      if (models.length < 2) return styleOf(place);
      const index = models.indexOf(model);
      const isAlone = own.indexOf(model) === own.lastIndexOf(model);
      if (isAlone) return styleOf(index);
      const variant = own.slice(0, place).filter((one) => one === model).length;
      return areLines ? styleOf(index, variant) : pointStyleOf(index, variant);
    });
  const ofRows = (groups: readonly CompareGroup[]): Style[] => ofModels(groups.map(modelOf));
  return {
    ofRows,
    ofPoints: (groups) => ofModels(groups.map(modelOf), false),
    ofLines: ({ rows, comparison: { groups } }, names) =>
      ofModels(
        names.map((name) => {
          const group = groups[rows.findIndex(({ model }) => model === name)];
          return group === undefined ? name : modelOf(group);
        }),
      ),
    byLabel: (groups) => {
      const styled = ofRows(groups);
      return (label, place) => {
        const lengths = groups.map((row) => (isOf(label, row) ? row.label.length : -1));
        const most = Math.max(-1, ...lengths);
        return (most < 0 ? undefined : styled[lengths.indexOf(most)]) ?? styleOf(place);
      };
    },
  };
}

function isOf(label: string, row: CompareGroup): boolean {
  return label === row.label || label.startsWith(`${row.label} · `);
}

/** A model by what it is, whatever it is called. */
function modelOf({ model, scripted, label }: CompareGroup): string {
  return model.sha256 ?? scripted ?? label;
}
