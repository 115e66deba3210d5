import { groupBy } from "../../group-by.ts";
import type { ReadArm } from "../../reading/runs.ts";
import { levelOfOthers, suiteLevelFound } from "../sentences/levels.ts";
import type { SuiteDocument } from "./suite-schema.ts";

type LevelSearches = SuiteDocument["levelSearches"];

/** How the levels of these arms were found, each search once. */
export function levelSearchesOf(read: readonly ReadArm[]): LevelSearches {
  const found = read.flatMap(({ experiment, group }) =>
    group.rows.flatMap(({ run: { levelSearch } }) =>
      levelSearch === null ? [] : [{ experiment, levelSearch }],
    ),
  );
  const searches = groupBy(found, ({ levelSearch }) => JSON.stringify(levelSearch));
  return [...searches.values()].flatMap((own) => {
    const experiments = [...new Set(own.map(({ experiment }) => experiment))];
    return own.slice(0, 1).map(({ levelSearch }) => ({ ...levelSearch, experiments }));
  });
}

/** The same in words, for the head of the document; a search is told with its experiments where others have another, or none. */
export function levelLines({
  levelSearches,
  experiments,
}: Pick<SuiteDocument, "levelSearches" | "experiments">): string[] {
  return levelSearches.flatMap((search) => {
    const isOfAll = levelSearches.length === 1 && search.experiments.length === experiments.length;
    const later = modelsBesides(search, experiments);
    return [
      suiteLevelFound(search, isOfAll ? [] : search.experiments),
      ...(later.length === 0 ? [] : [levelOfOthers(later)]),
    ];
  });
}

/** Models that came to the suite when the level was found. */
function modelsBesides(
  { models, experiments: own }: LevelSearches[number],
  experiments: SuiteDocument["experiments"],
): string[] {
  const rows = experiments.filter(({ experiment }) => own.includes(experiment)).flatMap((one) => one.rows);
  // Where two have one name, rows tell them apart by what stands behind it.
  const isAsked = (name: string): boolean =>
    models.some(({ model }) => name === model || name.startsWith(`${model} (`));
  return [...new Set(rows.map(({ model }) => model))].filter((name) => !isAsked(name));
}
