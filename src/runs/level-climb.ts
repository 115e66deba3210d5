import type { LevelSearch } from "../settings/level-search.ts";
import { fits, isOffFloor, type LevelShare } from "./level-share.ts";

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
  /** Of each level the task; levels of one task stand together, the easiest first. */
  readonly tasks: readonly string[];
  /** @returns all that is known of the model there; null where it could not be asked */
  ask(question: Question): Promise<LevelShare | null>;
  /** Whether this model may be asked one more. */
  hasTime(model: number): boolean;
}

/** What a level has to be for a model. */
interface Goal {
  readonly outcome: LevelSearch["outcome"];
  readonly isMet: (share: LevelShare) => boolean;
}

const goals: readonly Goal[] = [
  { outcome: "fits", isMet: fits },
  { outcome: "offFloor", isMet: isOffFloor },
];

/**
 * Looks for the hardest level that fits every model. The easiest of each task is asked first (which takes the least time,
 * should there be little of it), whatever a model did on the tasks before: it may know one that is harder for others. Then
 * the hardest level that no model is known to fail is what is asked for, by halves within its task, until all do it, and
 * all harder ones are failed: two in a row, or the easiest of a task. Where none fits all, the hardest on which none is at a
 * floor; where there is none, the easiest.
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

/** Whether any model was asked, and whether one would have been, had there been time. */
interface Round {
  asked: boolean;
  isCut: boolean;
}

/** Of a level that was not asked: `failed` where the easier ones of its task say so. */
type Status = "met" | "failed" | "open";

class Climber {
  readonly #climb: Climb;
  /** By model and level; null: it could not be asked there, undefined: it was not. */
  readonly #known: (LevelShare | null | undefined)[][];
  /** Questions after which nothing more is to be known, as "model level". */
  readonly #wholes = new Set<string>();
  isCut = false;

  constructor(climb: Climb) {
    this.#climb = climb;
    this.#known = Array.from({ length: climb.models }, () => []);
  }

  /** The hardest level that is known to meet the goal for all models; -1: none. */
  async hardest(goal: Goal): Promise<number> {
    const models = [...this.#known.keys()];
    let round: Round;
    // A model asked before may have more to say when those after it ended; one after the other, since each is loaded.
    do {
      round = { asked: false, isCut: false };
      for (const model of models) await this.#ask(model, goal, round);
    } while (round.asked);
    this.isCut ||= round.isCut;
    return this.#last((level) => models.every((model) => this.#isMet(model, level, goal)));
  }

  /** Asks one model until it has nothing more to say, or time is up. */
  async #ask(model: number, goal: Goal, round: Round): Promise<void> {
    for (;;) {
      const question = this.#next(model, goal);
      if (question === null) return;
      if (!this.#climb.hasTime(model)) {
        round.isCut = true;
        return;
      }
      const { level, isWhole } = question;
      const share = await this.#climb.ask(question);
      const known = this.#known[model] ?? [];
      known[level] = share;
      if (isWhole || share === null) this.#wholes.add(`${model} ${level}`);
      round.asked = true;
    }
  }

  #next(model: number, goal: Goal): Question | null {
    const { tasks } = this.#climb;
    const head = tasks.findIndex(
      (task, level) =>
        task !== tasks[level - 1] &&
        this.#known[model]?.[level] === undefined &&
        tasks.some((other, at) => other === task && this.#isPossible(at, goal)),
    );
    if (head >= 0) return { model, level: head, isWhole: false };
    const best = this.#last((level) => this.#isPossible(level, goal));
    if (best < 0) return null;
    if (!this.#isMet(model, best, goal))
      return { model, level: this.#towards(model, best, goal), isWhole: false };
    const isAgreed = [...this.#known.keys()].every((one) => this.#isMet(one, best, goal));
    // A few answers leave it open: what is taken is asked with every probe.
    const isWhole = isAgreed && !this.#wholes.has(`${model} ${best}`);
    return isWhole ? { model, level: best, isWhole } : null;
  }

  /** The level to ask where a model may do this one: behind one that it failed the next, else half the way up. */
  #towards(model: number, best: number, goal: Goal): number {
    const known = this.#known[model] ?? [];
    const isAgreed = [...this.#known.keys()].every((one) => one === model || this.#isMet(one, best, goal));
    // What all others do is what it has to do.
    if (isAgreed && this.#known.length > 1) return best;
    const from = this.#last((level) => level < best && known[level] !== undefined);
    if (!this.#isMet(model, from, goal)) return from + 1;
    return from + Math.ceil((best - from) / 2);
  }

  /** Whether no model fails it, as far as is known. */
  #isPossible(level: number, goal: Goal): boolean {
    return [...this.#known.keys()].every((model) => this.#status(model, level, goal) !== "failed");
  }

  #status(model: number, level: number, goal: Goal): Status {
    const known = this.#known[model] ?? [];
    if (known[level] !== undefined) return this.#isMet(model, level, goal) ? "met" : "failed";
    const { tasks } = this.#climb;
    for (let at = level - 1; at >= 0 && tasks[at] === tasks[level]; at--) {
      if (known[at] === undefined) continue;
      if (this.#isMet(model, at, goal)) return "open";
      const isHead = tasks[at - 1] !== tasks[at];
      if (isHead || (known[at - 1] !== undefined && !this.#isMet(model, at - 1, goal))) return "failed";
    }
    return "open";
  }

  #isMet(model: number, level: number, { isMet }: Goal): boolean {
    const share = this.#known[model]?.[level] ?? null;
    return share !== null && isMet(share);
  }

  /** The hardest level of which this holds; -1: none. */
  #last(holds: (level: number) => boolean): number {
    return this.#climb.tasks.findLastIndex((_, level) => holds(level));
  }
}
