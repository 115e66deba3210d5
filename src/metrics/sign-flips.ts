/** Largest number of cells of the table in which the distribution of a sum is added up. */
const mostCells = 5e7;

/**
 * The share of all sign changes of some whole numbers whose sum lies at least as far from 0 as theirs does (Pitman
 * 1937; Fisher's randomisation test of pairs), computed exactly by adding up the distribution of that sum. Order and
 * signs of the numbers make no difference beyond their sum's size, to the last bit.
 *
 * @returns null where they are not whole, or too many and too large to be computed exactly
 */
export function signFlipShare(numbers: readonly number[]): number | null {
  const sizes = numbers
    .map(Math.abs)
    .filter((size) => size > 0)
    .toSorted((left, right) => left - right);
  const most = sizes.reduce((sum, size) => sum + size, 0);
  if (!sizes.every(Number.isInteger) || most * sizes.length > 2 * mostCells) return null;
  const seen = Math.abs(numbers.reduce((sum, number) => sum + number, 0));
  if (seen === 0) return 1;
  const chances = positiveSums(sizes, most);
  // A sum with signs is twice what counts as positive less all of it.
  let tail = 0;
  for (let x = most; 2 * x - most >= seen; x--) tail += chances[x] ?? 0;
  return Math.min(1, Math.max(2 * tail, Number.MIN_VALUE));
}

/** The chance of each sum of those numbers that a fair coin picks. */
function positiveSums(sizes: readonly number[], most: number): Float64Array {
  const chances = new Float64Array(most + 1);
  chances[0] = 1;
  let reach = 0;
  for (const size of sizes) {
    reach += size;
    for (let x = reach; x >= size; x--) chances[x] = ((chances[x] ?? 0) + (chances[x - size] ?? 0)) / 2;
    for (let x = Math.min(size - 1, reach); x >= 0; x--) chances[x] = (chances[x] ?? 0) / 2;
  }
  return chances;
}
