/**
 * Where a function of one number with a single peak between two bounds is largest, by golden-section search (Kiefer
 * 1953). Rounding of the function's values limits it to about eight digits.
 */
export function argMax(value: (x: number) => number, from: number, to: number, width = 1e-9): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let [atLeft, atRight] = [value(left), value(right)];
  while (high - low > width) {
    if (atLeft < atRight) {
      low = left;
      [left, atLeft] = [right, atRight];
      right = low + golden * (high - low);
      atRight = value(right);
    } else {
      high = right;
      [right, atRight] = [left, atLeft];
      left = high - golden * (high - low);
      atLeft = value(left);
    }
  }
  return (low + high) / 2;
}

/** The border between where a condition holds, at `inside`, and where it does not, at `outside`, by bisection. */
export function borderOf(
  holds: (x: number) => boolean,
  inside: number,
  outside: number,
  width = 1e-9,
): number {
  let [yes, no] = [inside, outside];
  while (Math.abs(no - yes) > width) {
    const middle = (yes + no) / 2;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return (yes + no) / 2;
}

/**
 * The first whole number from 1 at which a condition holds that never ceases to hold afterwards, by doubling and
 * bisection; null where there is none that a double represents exactly.
 */
export function firstWhole(holds: (n: number) => boolean): number | null {
  let [no, yes] = [0, 1];
  while (!holds(yes)) {
    if (yes >= 2 ** 52) return null;
    [no, yes] = [yes, 2 * yes];
  }
  while (yes - no > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
