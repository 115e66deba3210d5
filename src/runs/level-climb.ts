import type { LevelSearch } from "../settings/level-search.ts";
import { fits, isOffFloor, type LevelShare } from "./level-share.ts";

/** What is known of a model, by level; null: it could not be asked there, undefined: it was not. */
type Known = (LevelShare | null | undefined)[];

/** A level that a model is to be asked. */
export interface Question {
  /** The model's and the level's place in their lists. */
  readonly model: number;
  readonly level: number;
  /** Whether every probe is wanted, or as many as it takes to see on which side of what fits the model lies. */
  readonly isWhole: boolean;
}

interface Climb {
  readonly models: number;
  readonly levels: number;
  /** @returns all that is known of the model there; null where it could not be asked */
  ask(question: Question): Promise<LevelShare | null>;
  /** Whether this model may be asked one more. */
  hasTime(model: number): boolean;
}

/** What a level has to be for a model. */
interface Goal {
  readonly outcome: LevelSearch["outcome"];
  readonly isMet: (share: LevelShare) => boolean;
  /** Whether the level that is taken has to be asked with every probe. */
  readonly isWhole: boolean;
}

const goals: readonly Goal[] = [
  { outcome: "fits", isMet: fits, isWhole: true },
  { outcome: "offFloor", isMet: isOffFloor, isWhole: false },
];

/**
 * Looks for the hardest level that fits every model. For the first one it climbs in strides that double, from the easiest
 * (which take the least time, should there be little of it), then halves; for each other it goes on from what those before
 * it reached. It asks beyond what was found, since a model need not agree with the order of the list. Where none fits all,
 * the hardest on which none is at a floor; where there is none, the easiest.
 *
 * @returns the place of the level that is taken, and why
 */
export async function climb(
  climb: Climb,
): Promise<{ level: number } & Pick<LevelSearch, "outcome" | "isCut">> {
  if (climb.models === 0) return { level: 0, outcome: "none", isCut: false };
  const climber = new Climber(climb);
  for (const goal of goals) {
    const level = await climber.hardest(goal);
    if (level >= 0) return { level, outcome: goal.outcome, isCut: climber.isCut };
  }
  return { level: 0, outcome: "none", isCut: climber.isCut };
}

class Climber {
  readonly #climb: Climb;
  readonly #known: Known[];
  /** Questions after which nothing more is to be known, as "model level". */
  readonly #wholes = new Set<string>();
  isCut = false;

  constructor(climb: Climb) {
    this.#climb = climb;
    this.#known = Array.from({ length: climb.models }, (): Known => []);
  }

  /** The hardest level that is known to meet the goal for all models; -1: none. */
  async hardest(goal: Goal): Promise<number> {
    let limit = this.#climb.levels - 1;
    let before: number;
    // A model may not have been asked yet where those after it ended.
    do {
      before = limit;
      for (const model of this.#known.keys()) {
        await this.#ask(model, limit, goal);
        limit = this.#reached(model, limit, goal);
        if (limit < 0) return this.#common(goal);
      }
    } while (limit !== before && !this.isCut);
    return this.#common(goal);
  }

  /** Asks one model until its hardest level up to the limit is found, or time is up. */
  async #ask(model: number, limit: number, goal: Goal): Promise<void> {
    for (;;) {
      const question = this.#next(model, limit, goal);
      if (question === null) return;
      if (!this.#climb.hasTime(model)) {
        this.isCut = true;
        return;
      }
      const { level, isWhole } = question;
      const known = this.#known[model] ?? [];
      known[level] = await this.#climb.ask({ model, level, isWhole });
      if (isWhole || known[level] === null) this.#wholes.add(`${model} ${level}`);
    }
  }

  #next(model: number, limit: number, goal: Goal): Question | null {
    const known = this.#known[model] ?? [];
    // What those before it reached is where it is likely to end, too.
    if (limit < this.#climb.levels - 1 && known[limit] === undefined)
      return { model, level: limit, isWhole: false };
    const reached = this.#reached(model, limit, goal);
    const failed = firstIndex(reached + 1, limit, (level) => known[level] !== undefined);
    if (failed > limit && reached < limit)
      return { model, level: Math.min(limit, reached < 0 ? 0 : 2 * reached + 1), isWhole: false };
    if (failed - reached > 1) return { model, level: (reached + failed) >> 1, isWhole: false };
    // Two in a row have to fail.
    const beyond = reached + 2;
    if (beyond <= limit && known[beyond] === undefined) return { model, level: beyond, isWhole: false };
    const isOpen = reached >= 0 && goal.isWhole && !this.#wholes.has(`${model} ${reached}`);
    return isOpen ? { model, level: reached, isWhole: true } : null;
  }

  #reached(model: number, limit: number, goal: Goal): number {
    for (let level = limit; level >= 0; level--) if (this.#meets(model, level, goal)) return level;
    return -1;
  }

  #common(goal: Goal): number {
    const models = [...this.#known.keys()];
    for (let level = this.#climb.levels - 1; level >= 0; level--)
      if (models.every((model) => this.#meets(model, level, goal))) return level;
    return -1;
  }

  #meets(model: number, level: number, { isMet }: Goal): boolean {
    const share = this.#known[model]?.[level] ?? null;
    return share !== null && isMet(share);
  }
}

/** The first place from `from` to `to` where this holds; else the one behind them. */
function firstIndex(from: number, to: number, holds: (index: number) => boolean): number {
  let index = from;
  while (index <= to && !holds(index)) index++;
  return index;
}
