import { durationText } from "../words/numbers.ts";
import { counted, listed } from "../words/words.ts";

/** What the program is for, above all else. */
export function whatItTells(version: string): string {
  return `Longhaul ${version} tells how far a local model gets before it slips, and how fast it is.`;
}

/** How many of the models are shown. @param listLine the line that lists all */
export function modelsShown(shown: number, all: number, listLine: string): string {
  if (shown === all) return `${counted(all, "model")} on this machine:`;
  return `${shown} of ${counted(all, "model")} on this machine (all: ${listLine}):`;
}

/** Above the line that measures the found models which it names. */
export function measuresFound(models: number): string {
  return models === 1
    ? "This line measures the smallest that fits here:"
    : "This line measures the two smallest that fit here, on the same instances:";
}

/** Above the line that measures what ships. @param all models that were found */
export function measuresReferences(all: number): string {
  const why = all === 0 ? "No model was found here." : "None of them is known to fit here.";
  return `${why} This line measures the two tiny reference models that ship:`;
}

/** By runs of all the models that the line names. @param machines on which those were */
export function takesAbout(ms: number, machines: readonly string[]): string {
  return `It takes about ${durationText(Number(ms.toPrecision(2)))}, by their runs in the database (on ${listed(machines)}).`;
}

/** @param areReferences whether it is about the models that ship */
export function takesUnknown(areReferences: boolean): string {
  return areReferences
    ? "How long it takes here is unknown until they ran once; on two CPU cores it was less than a minute."
    : "How long it takes is unknown until they ran here once; with --dry-run behind it, the line tells it without a run.";
}

export function whereModelsAre(): string {
  return "Any model in a GGUF file can be measured. Ollama (ollama pull NAME) and LM Studio download some, and huggingface.co has thousands; in their usual folders, or in this one, they are found.";
}

/** Commands to go on with, and what each does. */
export function nextCommands(hasResults: boolean): readonly (readonly [words: string, does: string])[] {
  return [
    ...(hasResults ? ([["compare", "sets the models that ran side by side"]] as const) : []),
    ["doctor", "checks whether this machine is ready"],
    ["models", "lists the models on this machine"],
    ["--help", "shows all commands"],
  ];
}
