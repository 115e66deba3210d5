import { unknown } from "./numbers.ts";
import type { RunSummary } from "../../figures/run-schema.ts";

/** Marks turn accuracy where it counts only rollouts that had no error before. */
export function ofWhom({ turnAccuracyOf }: Pick<RunSummary, "turnAccuracyOf">, text: string): string {
  return turnAccuracyOf === "survivors" && text !== unknown ? `${text} of survivors` : text;
}

/** The same beside a row's name, where figures of several rows stand on one axis. */
export function namedOfWhom({
  label,
  turnAccuracyOf,
}: Pick<RunSummary, "turnAccuracyOf"> & { readonly label: string }): string {
  return turnAccuracyOf === "survivors" ? `${label}, of survivors` : label;
}
