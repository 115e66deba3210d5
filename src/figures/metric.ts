import type { Part } from "../reading/rows.ts";

/** Which measures a comparison shows. */
export const metrics = [
  "summary",
  "headline",
  "horizon",
  "accuracy",
  "outcomes",
  "speed",
  "depth",
  "decay",
  "self-conditioning",
  "slips",
] as const;
export type Metric = (typeof metrics)[number];

export function isMetric(text: string): text is Metric {
  return (metrics as readonly string[]).includes(text);
}

/** Whether its table has columns for horizons of any threshold. */
export function showsHorizons(metric: Metric): boolean {
  return metric === "summary" || metric === "horizon";
}

/**
 * What has to be read for it; of low rows the wrong numbers, since the conclusion says what most of them fit.
 *
 * @param isWhole whether every figure is wanted, not those of a table alone
 */
export function partsOf(metric: Metric, isWhole: boolean): Set<Part> {
  const parts = ["wrongIfLow", "answersIfGiven", ...(partsOfMetric[metric] ?? [])] as const;
  return new Set(isWhole ? [...parts, "interTokens"] : parts);
}

const partsOfMetric: Readonly<Partial<Record<Metric, readonly Part[]>>> = {
  speed: ["interTokens"],
  depth: ["depths"],
  "self-conditioning": ["shown"],
  slips: ["answers", "wrong"],
};
