import { fileNameOf } from "../file-name.ts";
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
 * since only the file and the models decide, in whatever order they are named.
 */
export class Division {
  readonly #parts: readonly SuitePart[];
  readonly #models: readonly SuiteModel[];
  readonly #planned: readonly SuiteTrial[];
  readonly #whole: readonly SuiteTrial[];
  /** What has something whole, in the order in which shares take it. */
  readonly #dealt: readonly { readonly part: SuitePart; readonly model: SuiteModel }[];

  constructor(parts: readonly SuitePart[], models: readonly SuiteModel[]) {
    this.#parts = parts;
    this.#models = models;
    this.#planned = parts.flatMap((part) => plannedTrials(part, models));
    this.#whole = this.#planned.filter((trial) => staysWhole(trial, this.#planned));
    const named = models.toSorted(byName);
    const withWhole = parts.filter(
      (part) => part.kind.next !== undefined || this.#whole.some((trial) => trial.part === part),
    );
    // Every experiment begins with another model, so that no share gets all of the largest one.
    this.#dealt = withWhole.flatMap((part, turn) => {
      const before = turn % Math.max(1, named.length);
      return [...named.slice(before), ...named.slice(0, before)].map((model) => ({ part, model }));
    });
  }

  isWhole(trial: SuiteTrial): boolean {
    return this.#wholeAs(trial) !== undefined;
  }

  /** A share: its rollouts of what is cut, and every n-th of what stays whole. */
  share(shard: Shard): Selection {
    const own = this.#dealt.filter((_, index) => index % shard.of === shard.number - 1);
    const isOwn = (part: SuitePart, model: SuiteModel): boolean =>
      own.some((one) => one.part === part && one.model === model);
    return {
      search: isOwn,
      trial: (trial) => {
        const whole = this.#wholeAs(trial);
        return whole === undefined ? cutTo(trial, shard) : isOwn(whole.part, whole.model) ? trial : null;
      },
    };
  }

  /**
   * The trial of a name and what it builds on; null: none is called so.
   *
   * @param share a trial may be named as the plan of this share names it, too
   */
  only(id: string, ids: TrialIds, share: Selection): Selection | null {
    const searched = (part: SuitePart, model: SuiteModel): boolean =>
      part.kind.next !== undefined && ids.search(part, model) === id;
    const isNamed = (trial: SuiteTrial): boolean =>
      [trial, share.trial(trial)].some((one) => one !== null && ids.trial(one) === id);
    const wanted = this.#planned
      .filter((trial) => isNamed(trial) || searched(trial.part, trial.model))
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
    return staysWhole(trial, this.#planned) ? trial : this.#whole.find((one) => sameTrial(one, trial));
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

/** Shells list files in an order of their own, which differs between machines. */
function byName(one: SuiteModel, other: SuiteModel): number {
  const [left, right] = [one, other].map(({ file, source }) => (file === null ? source : fileNameOf(source)));
  return left === right ? 0 : (left ?? "") < (right ?? "") ? -1 : 1;
}

function cutTo(trial: SuiteTrial, shard: Shard): SuiteTrial | null {
  const { arm } = trial;
  const settings = { ...arm.settings, shard: shardText(shard) };
  return blockOf(settings).count === 0 ? null : { ...trial, arm: { ...arm, settings } };
}
