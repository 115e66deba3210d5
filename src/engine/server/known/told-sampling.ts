import type { ServerFacts } from "../../../serving/facts.ts";
import { formOf, settings } from "./fields.ts";

/** Of all that llama.cpp tells of its settings, what decides which token comes next. */
export function toldSampling(all: Readonly<Record<string, unknown>>): ServerFacts["told"] {
  const found = Object.entries(all).filter(([name]) => sampling.test(name));
  return found.length === 0 ? null : formOf(settings, Object.fromEntries(found));
}

const sampling =
  /^(seed|samplers|temperature|dynatemp_\w+|top_\w+|min_p|typical_p|xtc_\w+|repeat_\w+|presence_penalty|frequency_penalty|dry_\w+|mirostat\w*|adaptive_\w+)$/;
