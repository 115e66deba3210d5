import { csvLine, csvLineEnd } from "../../csv.ts";
import { csvFields } from "../compare/csv.ts";
import type { SuiteDocument } from "./suite-schema.ts";

/** One line for each row of all experiments: where it stands, and what `compare --csv` has of a group (RFC 4180). */
export function renderSuiteCsv({ experiments }: SuiteDocument): string {
  const fields = csvFields(experiments[0]?.comparison.thresholds);
  const lines = experiments.flatMap(({ experiment, rows, comparison }) =>
    rows.map(({ arm, setting, model }, index) => {
      const group = comparison.groups[index];
      const figures = Object.values(fields).map((field) => (group === undefined ? null : field(group)));
      return [experiment, arm, setting, model, ...figures];
    }),
  );
  const columns = ["experiment", "arm", "setting", "model", ...Object.keys(fields)];
  return [columns, ...lines].map(csvLine).join(csvLineEnd);
}
