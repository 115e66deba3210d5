import type { RunSummary } from "../figures/run-schema.ts";
import { visible } from "../visible-text.ts";
import { levelFound, levelSearchCost, levelsTried } from "./sentences/levels.ts";

/** How a run's level was found, as rows of a table of two columns; none where it was not looked for. */
export function levelRows({ levelSearch }: RunSummary, isVerbose: boolean): string[][] {
  if (levelSearch === null) return [];
  const [first = "", ...others] = [
    ...levelFound(levelSearch),
    ...(isVerbose ? levelSearch.models.map(levelsTried) : []),
    levelSearchCost(levelSearch),
  ].map(visible);
  return [["--level auto", first], ...others.map((text) => ["", text])];
}
