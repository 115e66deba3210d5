import { listed } from "../words/words.ts";

/** What to try next. @param ways in flags; none: nothing is said */
export function tryThese(ways: readonly string[]): string[] {
  return ways.length === 0 ? [] : [`Try ${listed(ways, "or")}.`];
}
