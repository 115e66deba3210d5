/** Types that a KV cache may have. */
export type KvType = "f16" | "q8_0" | "q4_0";

/** Bytes of one element of the KV cache. */
export const kvElementBytes: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };
