import { findLevel } from "../runs/level-search.ts";
import { searchedUnder } from "../runs/level-probes.ts";
import type { RunView } from "../runs/view.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import { isLevelOpen, onLevel } from "../settings/on-level.ts";
import type { MadeRuns } from "./made-runs.ts";
import type { SuiteModel } from "./suite-model.ts";
import type { SuitePart } from "./plan.ts";

/** The levels that a suite's experiments are carried out on, each looked for once for all of its models. */
export class SuiteLevels {
  readonly #models: readonly SuiteModel[];
  readonly #made: MadeRuns;
  readonly #view: LevelView;
  readonly #found = new Map<string, LevelSearch>();

  /** @param made runs whose level stands: what was found for one of them is not looked for again */
  constructor(models: readonly SuiteModel[], made: MadeRuns, view: LevelView) {
    this.#models = models.filter(({ error }) => error === null);
    this.#made = made;
    this.#view = view;
  }

  /** The experiment on its level. @throws InterruptedError where an interrupt ended the search */
  async leveled(part: SuitePart): Promise<SuitePart> {
    if (!isLevelOpen(part.base)) return part;
    const levelSearch = await this.#find(part);
    return { ...part, base: onLevel(part.base, levelSearch.level), levelSearch };
  }

  async #find({ base }: SuitePart): Promise<LevelSearch> {
    const key = keyOf(searchedUnder(base));
    const known = this.#found.get(key) ?? this.#earlier(key) ?? (await this.#search(base));
    this.#found.set(key, known);
    return known;
  }

  #earlier(key: string): LevelSearch | undefined {
    const searches = this.#made.all().flatMap(({ levelSearch }) => levelSearch ?? []);
    return searches.findLast(({ under }) => keyOf(under) === key);
  }

  async #search(settings: SuitePart["base"]): Promise<LevelSearch> {
    const found = await findLevel(
      {
        settings,
        name: null,
        templateText: null,
        loraPath: null,
        files: this.#models.flatMap(({ file }) => file ?? []),
        others: this.#models.flatMap(({ engine, served }) =>
          engine.kind === "llama" ? [] : [{ engine, models: served === null ? [] : [served.model] }],
        ),
      },
      this.#view.run,
    );
    this.#view.onLevel?.(found);
    return found;
  }
}

interface LevelView {
  readonly run: RunView;
  readonly onLevel?: RunView["onLevel"];
}

function keyOf(under: LevelSearch["under"]): string {
  return JSON.stringify(under);
}
