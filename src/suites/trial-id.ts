import { hashModel } from "../gguf/hash.ts";
import { servedSpec } from "../serving/facts.ts";
import { isStandard, pick, settingNames, type Settings } from "../settings/settings.ts";
import { sha256Of } from "../sha256.ts";
import { sourceOf, type SuitePart, type SuiteTrial } from "./plan.ts";
import type { SuiteModel } from "./suite-model.ts";

/**
 * Names the trials of a suite by what decides them: the model by its content, every setting, and whose errors are replayed.
 * So a trial has one name on every machine, and two that ask for the very same have one.
 */
export class TrialIds {
  readonly #keys: ReadonlyMap<SuiteModel, string>;

  private constructor(keys: ReadonlyMap<SuiteModel, string>) {
    this.#keys = keys;
  }

  /** Reads the models' files, where their hashes are not known yet. @throws EngineError where one cannot be read */
  static async of(models: readonly SuiteModel[]): Promise<TrialIds> {
    const keys = new Map<SuiteModel, string>();
    for (const model of models) if (model.error === null) keys.set(model, await keyOf(model));
    return new TrialIds(keys);
  }

  /** @returns null: its model cannot be read */
  trial(trial: SuiteTrial): string | null {
    const source = sourceOf(trial);
    return this.#named(trial.model, [told(trial.arm.settings), source && this.trial(source)]);
  }

  /** Of the searches of a part for a model. */
  search({ kind, base, options }: SuitePart, model: SuiteModel): string | null {
    return this.#named(model, [kind.name, told(base), options]);
  }

  #named(model: SuiteModel, facts: readonly unknown[]): string | null {
    const key = this.#keys.get(model);
    return key === undefined ? null : sha256Of(JSON.stringify([key, ...facts])).slice(0, idLength);
  }
}

const idLength = 12;

async function keyOf({ file, served, source }: SuiteModel): Promise<string> {
  if (file !== null) return hashModel(file.parts);
  return served === null ? source : servedSpec(served);
}

/** What is as usual names nothing, so that a setting which later versions add changes no name. */
function told(settings: Settings): Partial<Settings> {
  return pick(
    settings,
    settingNames.filter((name) => !isStandard(settings, name)),
  );
}
