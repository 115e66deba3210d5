import type { RunSummary } from "../../figures/run-schema.ts";

/**
 * What to call each run beside the others: its name, or the model's where `--name` gave all the same, with the
 * run's number where that is not enough. Fit for a terminal.
 */
export function runLabels(runs: readonly RunSummary[]): string[] {
  const names = runs.map(({ name }) => name);
  const models = runs.map(
    ({ name, model, scripted }) => model.name ?? (scripted === null ? name : `scripted:${scripted}`),
  );
  return runs.map((run, index) => {
    const label = [names, models].find((choices) => isUnique(choices, index))?.[index];
    return printable(label ?? `${models[index]} (run ${run.id})`);
  });
}

/** Names come out of model files: control and direction characters are shown as a question mark, never obeyed. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "?");
}

function isUnique(choices: readonly string[], index: number): boolean {
  return (
    choices.indexOf(choices[index] ?? "") === index && choices.lastIndexOf(choices[index] ?? "") === index
  );
}
