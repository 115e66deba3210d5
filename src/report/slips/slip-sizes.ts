/** How far off a wrong number is, and the rollout that it is from. */
export interface SizedSlip {
  readonly cluster: string;
  /** |answer - expected| */
  readonly size: number;
}

/** So many sizes stand for all of a wide range. */
const sizesAtMost = 400;

/**
 * How often errors of each size are made, as weights: for the slips of a rollout the sizes of all others, so that no slip
 * (nor a mix-up that a rollout makes again and again) explains itself. To them comes one error of any size up to twice
 * the largest value, each equally likely: with few others nothing is impossible, with many it does not matter.
 *
 * @returns for the name of a rollout, the weight of each size
 */
export function sizesOfOthers(
  slips: readonly SizedSlip[],
  valueMax: number,
): (cluster: string) => ReadonlyMap<number, number> {
  const counts = countSizes(slips);
  const own = new Map<string, SizedSlip[]>();
  for (const slip of slips) {
    const known = own.get(slip.cluster);
    if (known === undefined) own.set(slip.cluster, [slip]);
    else known.push(slip);
  }
  const any = anySize(valueMax);
  return (cluster) => {
    const weights = new Map(counts);
    for (const [size, count] of countSizes(own.get(cluster) ?? [])) {
      const left = (weights.get(size) ?? 0) - count;
      if (left > 0) weights.set(size, left);
      else weights.delete(size);
    }
    for (const size of any) weights.set(size, (weights.get(size) ?? 0) + 1 / any.length);
    return weights;
  };
}

function countSizes(slips: readonly SizedSlip[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { size } of slips) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}

function anySize(valueMax: number): number[] {
  const reach = 2 * valueMax;
  if (reach <= sizesAtMost) return Array.from({ length: reach }, (_, index) => index + 1);
  return Array.from({ length: sizesAtMost }, (_, index) => 1 + Math.floor((index * reach) / sizesAtMost));
}
