/** The functions used of cephes, whose own types are not found through its `exports` under `nodenext`. */
declare module "cephes" {
  /** Resolves when the WebAssembly module can be called. */
  export const compiled: Promise<void>;
  /** The standard normal quantile of p in (0, 1). Throws at 0 and 1. */
  export function ndtri(p: number): number;
  /** The upper tail of a chi-square distribution with `df` degrees of freedom. */
  export function chdtrc(df: number, x: number): number;
  /** P(X <= k) for a binomial X of n trials, from the incomplete beta integral. */
  export function bdtr(k: number, n: number, p: number): number;
  /** The regularised incomplete beta integral from 0 to x; a and b above 0. */
  export function incbet(a: number, b: number, x: number): number;
  /** The quantile at p of Student's t with a whole number of degrees of freedom. */
  export function stdtri(degreesOfFreedom: number, p: number): number;
}
