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
