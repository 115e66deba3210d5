import type { Part } from "../reading/rows.ts";

/** Which measures a comparison shows. */
export const metrics = [
  "summary",
  "horizon",
  "accuracy",
  "outcomes",
  "speed",
  "decay",
  "self-conditioning",
  "slips",
] as const;
export type Metric = (typeof metrics)[number];

export function isMetric(text: string): text is Metric {
  return (metrics as readonly string[]).includes(text);
}

/** What has to be read for it. @param isWhole whether every figure is wanted, not those of a table alone */
export function partsOf(metric: Metric, isWhole: boolean): Set<Part> {
  const parts: Part[] =
    metric === "slips" ? ["answers", "wrong"] : metric === "self-conditioning" ? ["shown"] : [];
  return new Set(isWhole || metric === "speed" ? [...parts, "interTokens"] : parts);
}
