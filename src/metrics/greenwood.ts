/**
 * What a turn adds to Greenwood's sum G = sum of d / (n (n - d)), with which the variance of S is S^2 G (Greenwood 1926); 0
 * where the last ones fall, after which S is 0 whatever the variance.
 */
export function greenwoodTerm(atRisk: number, firstErrors: number): number {
  return atRisk === firstErrors ? 0 : firstErrors / (atRisk * (atRisk - firstErrors));
}
