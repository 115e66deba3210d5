import { blockOf, type Shard, shardText } from "../settings/shard.ts";
import {
  plannedTrials,
  sameTrial,
  type Selection,
  sourceOf,
  staysWhole,
  type SuitePart,
  type SuiteTrial,
} from "./plan.ts";
import type { SuiteModel } from "./suite-model.ts";
import type { TrialIds } from "./trial-id.ts";

/**
 * How a suite is divided between machines: by rollouts; only what builds on results stays whole. That are studies which choose
 * their next trial by what they found, and errors that are replayed, with what replays them. Every machine comes to the same,
 * since only the file and the list of models decide.
 */
export class Division {
  readonly #parts: readonly SuitePart[];
  readonly #models: readonly SuiteModel[];
  readonly #whole: readonly SuiteTrial[];

  constructor(parts: readonly SuitePart[], models: readonly SuiteModel[]) {
    this.#parts = parts;
    this.#models = models;
    this.#whole = parts.flatMap((part) => plannedTrials(part, models)).filter(staysWhole);
  }

  isWhole(trial: SuiteTrial): boolean {
    return this.#wholeAs(trial) !== undefined;
  }

  /** A share: its rollouts of what is cut, and every n-th of what stays whole. */
  share(shard: Shard): Selection {
    const isOwn = (part: SuitePart, model: SuiteModel): boolean =>
      (this.#parts.indexOf(part) * this.#models.length + this.#models.indexOf(model)) % shard.of ===
      shard.number - 1;
    return {
      search: isOwn,
      trial: (trial) => {
        const whole = this.#wholeAs(trial);
        return whole === undefined ? cutTo(trial, shard) : isOwn(whole.part, whole.model) ? trial : null;
      },
    };
  }

  /** The trial of a name and what it builds on; null: none is called so. */
  only(id: string, ids: TrialIds): Selection | null {
    const searched = (part: SuitePart, model: SuiteModel): boolean =>
      part.kind.next !== undefined && ids.search(part, model) === id;
    const wanted = this.#parts
      .flatMap((part) => plannedTrials(part, this.#models))
      .filter((trial) => ids.trial(trial) === id || searched(trial.part, trial.model))
      .flatMap((trial) => [trial, sourceOf(trial) ?? []].flat());
    const isSearch = this.#parts.some((part) => this.#models.some((model) => searched(part, model)));
    if (wanted.length === 0 && !isSearch) return null;
    return {
      search: searched,
      trial: (trial) => (wanted.some((one) => isOne(one, trial)) ? trial : null),
    };
  }

  #wholeAs(trial: SuiteTrial): SuiteTrial | undefined {
    // What builds on a trial needs it beside itself, whoever else has it.
    return staysWhole(trial) ? trial : this.#whole.find((one) => sameTrial(one, trial));
  }
}

/** The one within the other. */
export function within(outer: Selection, inner: Selection): Selection {
  return {
    trial(trial) {
      const one = outer.trial(trial);
      return one === null ? null : inner.trial(one);
    },
    search: (part, model) => outer.search(part, model) && inner.search(part, model),
  };
}

function isOne(one: SuiteTrial, other: SuiteTrial): boolean {
  return one.part === other.part && one.model === other.model && one.arm.name === other.arm.name;
}

function cutTo(trial: SuiteTrial, shard: Shard): SuiteTrial | null {
  const { arm } = trial;
  const settings = { ...arm.settings, shard: shardText(shard) };
  return blockOf(settings).count === 0 ? null : { ...trial, arm: { ...arm, settings } };
}
