import { bdtr, chdtrc, compiled, incbet, ndtri, stdtri } from "cephes";

await compiled;

/**
 * The standard normal quantile.
 *
 * @param p in (0, 1)
 * @throws RangeError outside of it
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`no normal quantile at ${p}`);
  return ndtri(p);
}

/**
 * P(X > x) for a chi-square X, from the complemented integral: one minus the other tail would lose small values. 0 where
 * it is below what a double can hold, which cephes reports as an error.
 */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  // ln P(X > x) = -x / 2 + (degrees / 2) ln x and less; a double ends at exp(-745), cephes gives up at exp(-709).
  if (x / 2 - (degreesOfFreedom / 2) * Math.log(Math.max(1, x)) > 700) return 0;
  return chdtrc(degreesOfFreedom, x);
}

/** P(|Z| > |z|) for a standard normal Z: the upper tail of z squared as chi-square with one degree of freedom. */
export function normalTwoSided(z: number): number {
  return chiSquareUpperTail(z ** 2, 1);
}

/** P(X <= k) for a binomial X of n trials with chance p. */
export function binomialLowerTail(k: number, n: number, p: number): number {
  return bdtr(k, n, p);
}

/**
 * P(X >= k) for a binomial X of n trials with chance p, from the incomplete beta integral; k and n need not be whole.
 *
 * @param k in [0, n]
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0 || p >= 1) return 1;
  return p <= 0 ? 0 : incbet(k, n - k + 1, p);
}

/**
 * The quantile of Student's t; to ten digits up to 10,000 degrees of freedom, to seven at 100,000.
 *
 * @param p in (0, 1)
 * @param degreesOfFreedom whole, from 1
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return stdtri(degreesOfFreedom, p);
}

/** P(|T| > |t|) for Student's T, from the incomplete beta integral. @param degreesOfFreedom from 1 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return incbet(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + t ** 2));
}
