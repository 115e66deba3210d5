/** Rows up to which every pair is tested and told; more are parted into tiers. */
export const everyPairAtMost = 3;
