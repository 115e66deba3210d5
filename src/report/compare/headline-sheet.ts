import type { CompareGroup } from "../../figures/compare-schema.ts";
import { headlineOf } from "../../figures/headline.ts";
import type { HeadlinePoint } from "../../figures/headline-schema.ts";
import { headlineSentences } from "./headline-rows.ts";

/** The sheet of these rows, and what is said of it. */
export function headlineSheet(groups: readonly CompareGroup[]): {
  readonly headline: readonly HeadlinePoint[];
  readonly sentences: readonly string[];
} {
  const headline = headlineOf(groups);
  return { headline, sentences: headlineSentences(headline) };
}
