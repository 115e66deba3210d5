import type { ServerFacts } from "../../serving/facts.ts";

/** Of all that a server says it used, what has to do with sampling. */
export function samplingWords(told: Readonly<Record<string, unknown>>): ServerFacts["told"] {
  const kept = Object.entries(told).flatMap(([name, value]) =>
    names.test(name) && isPlain(value) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(kept);
}

const names =
  /^(seed|temperature|dynatemp_|top_|min_p|typical_p|xtc_|repeat_|repetition_|presence_|frequency_|dry_(multiplier|base|allowed_length)|mirostat|samplers|adaptive_)/;

function isPlain(value: unknown): value is string | number | boolean | string[] {
  if (Array.isArray(value)) return value.every((one) => typeof one === "string");
  return ["string", "number", "boolean"].includes(typeof value);
}
