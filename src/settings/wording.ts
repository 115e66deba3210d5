import { tasks } from "../tasks/index.ts";
import { hashPrompt, promptText, type Wording } from "../tasks/opening.ts";
import type { Settings } from "./settings.ts";

/** What a model's file says about itself; undefined: there is no file. */
type Metadata = Readonly<Record<string, unknown>> | undefined;

/**
 * Settings with the form of the worked examples decided: as asked for, else turns, unless the file says (as the models
 * that ship do) that all wording before its dictionary is one token to it.
 */
export function worded(settings: Settings, metadata?: Metadata): Settings & Wording {
  const { shots, shotsAs } = settings;
  const form = shotsAs === "auto" ? usualForm(metadata) : shotsAs;
  // Without examples both are the same words.
  return { ...settings, shotsAs: shots === 0 && form === "turns" ? "text" : form };
}

/** How a run's conversations were worded. */
export function wordingOf({
  settings,
  model,
}: {
  readonly settings: Settings;
  readonly model: { readonly metadata: Readonly<Record<string, unknown>> } | null;
}): Settings & Wording {
  return worded(settings, model?.metadata);
}

/** SHA-256 of how a run's conversations are worded by this program. */
export function promptHashOf(run: Parameters<typeof wordingOf>[0]): string {
  const wording = wordingOf(run);
  return hashPrompt(tasks[wording.task], wording);
}

/** What a run under these settings asks, whatever its seed, as it is kept. */
export function wordingText(settings: Settings, metadata: Metadata): string {
  return promptText(tasks[settings.task], worded(settings, metadata));
}

/** What is to be said of examples in another form than the one that the model's file says it knows. */
export function wordingWarnings(settings: Settings, metadata: Metadata): string[] {
  const { shotsAs } = worded(settings, metadata);
  if (shotsAs === "text" || usualForm(metadata) === "turns") return [];
  return [
    `--shots-as ${shotsAs}: by its file this model knows worked examples as text alone, so it may not understand a word of what it is asked. Use --shots-as auto.`,
  ];
}

function usualForm(metadata: Metadata): Wording["shotsAs"] {
  const own = metadata?.["longhaul"];
  return typeof own === "object" && own !== null && "head_tokens" in own ? "text" : "turns";
}
