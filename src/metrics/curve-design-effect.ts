import { type Dictionaries, studentFactor } from "./dictionary-clusters.ts";
import { greenwoodTerm } from "./greenwood.ts";
import { riskRows } from "./risk-rows.ts";
import type { RolloutSurvival } from "./survival.ts";

/**
 * How many times fewer independent rollouts the curve is worth at each turn, because rollouts with one dictionary err
 * together; at [turn], from 1. It is the variance of ln S(t) by dictionaries over Greenwood's, never below 1, times what
 * Student's t asks for beyond the normal ({@link studentFactor}).
 *
 * The variance by dictionaries is G/(G-1) times the sum over dictionaries of the squared influence of its rollouts
 * (infinitesimal jackknife; Williams 1995, Biometrics 51). A rollout's influence on ln S(t) is the sum over u <= t of
 * (Y(u) d(u) / n(u) - e(u)) / (n(u) - d(u)), Y telling whether it was at risk in turn u and e whether it erred in it.
 * While nothing is censored that is the variance of survivors / rollouts as a ratio of totals (Cochran 1977, 6.4).
 *
 * Before the first error and after the last survivor's there is no variance to see: there it is 1, and what it was last.
 *
 * @param dictionaries of these rollouts, at least two
 */
export function curveDesignEffects(
  rollouts: readonly RolloutSurvival[],
  dictionaries: Dictionaries,
  lastTurn: number,
): Float64Array {
  const { count, places } = dictionaries;
  const student = studentFactor(dictionaries);
  const effects = new Float64Array(lastTurn + 1).fill(student);
  const { atRisk, errors } = tallies(rollouts, places, count, lastTurn);
  const influence = new Float64Array(count);
  let greenwood = 0;
  let effect = 1;
  for (const { turn, atRisk: n, firstErrors: d } of riskRows(rollouts)) {
    if (turn > lastTurn) break;
    if (d > 0 && n > d) {
      greenwood += greenwoodTerm(n, d);
      let squares = 0;
      for (let place = 0; place < count; place++) {
        const at = turn * count + place;
        const own = ((atRisk[at] ?? 0) * d) / n - (errors[at] ?? 0);
        const sum = (influence[place] ?? 0) + own / (n - d);
        influence[place] = sum;
        squares += sum ** 2;
      }
      effect = Math.max(1, (squares * count) / (count - 1) / greenwood);
    }
    effects[turn] = effect * student;
  }
  return effects;
}

/** For each turn and dictionary how many of its rollouts were at risk, and how many made their first error. */
function tallies(
  rollouts: readonly RolloutSurvival[],
  places: Uint32Array,
  count: number,
  lastTurn: number,
): { atRisk: Uint32Array; errors: Uint32Array } {
  const atRisk = new Uint32Array((lastTurn + 2) * count);
  const errors = new Uint32Array((lastTurn + 2) * count);
  for (const [index, { firstErrorTurn, lastTurn: last }] of rollouts.entries()) {
    const at = Math.min(firstErrorTurn ?? last, lastTurn) * count + (places[index] ?? 0);
    atRisk[at] = (atRisk[at] ?? 0) + 1;
    if (firstErrorTurn !== null && firstErrorTurn <= lastTurn) errors[at] = (errors[at] ?? 0) + 1;
  }
  for (let at = (lastTurn + 1) * count - 1; at >= count; at--)
    atRisk[at - count] = (atRisk[at - count] ?? 0) + (atRisk[at] ?? 0);
  return { atRisk, errors };
}
