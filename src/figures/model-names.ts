import { modelOf } from "../reading/identity.ts";
import type { RunRecord } from "../store/rows.ts";

/**
 * What models are called: by their names, and where two files have one name by the beginning of their SHA-256, too.
 *
 * @returns names by what {@link modelOf} says of a run
 */
export function modelNames(runs: readonly RunRecord[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const run of runs) if (!names.has(modelOf(run))) names.set(modelOf(run), run.model?.name ?? run.name);
  const all = [...names.values()];
  return new Map(
    [...names].map(([model, name]) => {
      const isOne = all.filter((other) => other === name).length === 1;
      return [model, isOne ? name : `${name} (${model.slice(0, 8)})`];
    }),
  );
}
