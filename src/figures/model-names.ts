import { modelOf } from "../reading/identity.ts";
import type { RunRecord } from "../store/rows.ts";

/**
 * What the models of these runs are called: by their names, and where two have one name by the beginning of their
 * files' SHA-256, too, or by all their parameters where they are simulated. A file that could not be read is called
 * by its name alone.
 */
export function modelNames(runs: readonly RunRecord[]): (run: RunRecord) => string {
  const names = new Map<string, string>();
  for (const run of runs)
    if (contentOf(run) !== null && !names.has(modelOf(run))) names.set(modelOf(run), givenName(run));
  const all = [...names.values()];
  return (run) => {
    const name = names.get(modelOf(run)) ?? givenName(run);
    const isOne = contentOf(run) === null || all.filter((other) => other === name).length < 2;
    return isOne ? name : `${name} (${contentOf(run)})`;
  };
}

function contentOf({ model, engineSpec }: RunRecord): string | null {
  return model?.sha256.slice(0, 8) ?? engineSpec;
}

function givenName({ model, name }: RunRecord): string {
  return model?.name ?? name;
}
