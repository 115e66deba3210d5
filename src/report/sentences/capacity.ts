import { significant } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** How many keys in a single turn a model gets right often enough. */
export interface CapacityFigures {
  readonly model: string;
  readonly mode: string;
  /** What tells this setting from the others of the experiment; null: it is the only one. */
  readonly setting: string | null;
  /** The largest size at or above the threshold by the fitted curve, 0: none; and its 95 % interval. */
  readonly keys: number;
  readonly low: number;
  readonly high: number;
  /** Share of turns that have to be right. */
  readonly threshold: number;
  /** What the coarse search alone found. */
  readonly searched: number;
  /** The sizes that were measured, ascending. */
  readonly sizes: readonly { readonly keys: number; readonly n: number; readonly correct: number }[];
}

/** The largest turn that is right often enough; "at least" where the largest that was asked still is. */
export function capacitySentence(figures: CapacityFigures): string {
  const { model, mode, setting, keys, low, high, threshold, searched, sizes } = figures;
  const about = `${[model, mode, ...(setting === null ? [] : [setting])].join(", ")}:`;
  const most = sizes.at(-1)?.keys ?? 0;
  const share = `${significant(threshold * 100)} %`;
  const bound = high >= most ? `${low} to at least ${most}` : `${low} to ${high}`;
  const also = `the search alone says ${searched}`;
  if (keys === 0) return `${about} ${noSize(figures, share, bound)}; ${also}).`;
  if (low === 0)
    return `${about} no size is shown to be right in ${share}: the estimate is ${counted(keys, "key")} in a turn (95 % ${bound}; ${also}).`;
  const what = `${counted(keys, "key")} in a turn ${keys === 1 ? "is" : "are"} right in at least ${share}`;
  return `${about} ${keys === most ? `at least ${what}, and more were not asked` : what} (95 % ${bound}; ${also}).`;
}

/** No size passed. That none can pass is said only where the interval says so, too. */
function noSize({ high, sizes }: CapacityFigures, share: string, bound: string): string {
  const [least = { keys: 1, n: 0, correct: 0 }] = sizes;
  const what = counted(least.keys, "key");
  const verb = least.keys === 1 ? "is" : "are";
  return high === 0
    ? `not even ${what} in a turn ${verb} right in ${share} (${least.correct} of ${least.n}`
    : `no size is shown to be right in ${share}: ${what} in a turn ${verb} in ${least.correct} of ${least.n} (95 % ${bound}`;
}
