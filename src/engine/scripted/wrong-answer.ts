import { Random } from "../../random.ts";
import type { TurnTruth } from "../turn-truth.ts";
import type { ScriptedRequest } from "./form.ts";
import type { Script } from "./script.ts";

/**
 * The number that a turn which slipped gives.
 *
 * @param off the amount without meaning by which it is off, unless the slip is one of those that mean something and this
 * turn can hold: where that would be the right answer, or there is nothing to take, it means nothing
 */
export function wrongAnswer(script: Script, request: ScriptedRequest, off: number): number {
  const { expected } = request.truth;
  const meant = meantAnswer(script, request);
  return meant === null || meant === expected ? expected + off : meant;
}

/** The last answer, where this rollout is one that repeats it after its first slip; null: it isn't, or hasn't slipped. */
export function stuckAnswer(
  { afterSlipRepeat, stream }: Script,
  { truth, rollout }: ScriptedRequest,
): number | null {
  if (afterSlipRepeat === 0 || !truth.hasSlipped) return null;
  return new Random(stream, "scripted-stuck", rollout).unit() < afterSlipRepeat ? truth.shown : null;
}

function meantAnswer(script: Script, { truth, rollout, turnIndex, sample }: ScriptedRequest): number | null {
  const { otherKey, forgetTotal, repeatAnswer, dropKey, stream } = script;
  if (otherKey + forgetTotal + repeatAnswer + dropKey === 0) return null;
  const random = new Random(stream, "scripted-meaning", rollout, turnIndex, sample);
  const drawn = random.unit();
  if (drawn < otherKey) return withOtherKey(truth, random);
  if (drawn < otherKey + forgetTotal) return combined(truth.combine, null, truth.values);
  if (drawn < otherKey + forgetTotal + repeatAnswer) return truth.shown;
  return drawn < otherKey + forgetTotal + repeatAnswer + dropKey ? withoutKey(truth, random) : null;
}

function withOtherKey({ dictionary, values, state, combine }: TurnTruth, random: Random): number | null {
  const at = random.below(values.length);
  const others = dictionary.filter(({ value }) => value !== values[at]);
  if (others.length === 0) return null;
  const { value } = random.pick(others);
  return combined(combine, state, values.with(at, value));
}

function withoutKey({ values, state, combine }: TurnTruth, random: Random): number | null {
  return combined(combine, state, values.toSpliced(random.below(values.length), 1));
}

/** In that order. @param state null: none. @returns null where there is nothing to combine */
function combined(
  combine: TurnTruth["combine"],
  state: number | null,
  values: readonly number[],
): number | null {
  const [first, ...rest] = state === null ? values : [state, ...values];
  return first === undefined ? null : rest.reduce(combine, first);
}
