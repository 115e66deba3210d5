import type { CompareGroup } from "../compare/schema.ts";
import { derivedWarnings } from "../warnings.ts";
import { listed } from "../words.ts";

/** What limits the figures of these rows, each caution once, with the rows that it is for where it is not for all. */
export function cautionsOf(groups: readonly CompareGroup[]): string[] {
  const rowsOf = new Map<string, string[]>();
  for (const group of groups)
    for (const caution of new Set(derivedWarnings(group)))
      rowsOf.set(caution, [...(rowsOf.get(caution) ?? []), group.label]);
  return [...rowsOf].map(([caution, labels]) =>
    labels.length === groups.length ? caution : `${listed(labels)}: ${caution}`,
  );
}
