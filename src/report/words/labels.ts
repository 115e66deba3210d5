import { visible } from "../../visible-text.ts";
import type { RunSummary } from "../../figures/run-schema.ts";

/**
 * What to call each run beside the others: its name, or the model's where `--name` gave all the same, with the
 * run's number where that is not enough. Control characters are written out.
 */
export function runLabels(runs: readonly RunSummary[]): string[] {
  const names = runs.map(({ name }) => name);
  const models = runs.map(
    ({ name, model, scripted }) => model.name ?? (scripted === null ? name : `scripted:${scripted}`),
  );
  return runs.map((run, index) => {
    const label = [names, models].find((choices) => isUnique(choices, index))?.[index];
    return visible(label ?? `${models[index]} (run ${run.id})`);
  });
}

function isUnique(choices: readonly string[], index: number): boolean {
  return (
    choices.indexOf(choices[index] ?? "") === index && choices.lastIndexOf(choices[index] ?? "") === index
  );
}
