import { Random } from "../../random.ts";
import type { ScriptedRequest } from "./form.ts";
import type { Script } from "./script.ts";

/** The chance that one step of a turn is right, all effects in it. */
export function stepChance(script: Script, request: ScriptedRequest): number {
  const { truth, turnIndex } = request;
  const { drift, conditioning, taskRates, p } = script;
  const moved =
    drift * turnIndex -
    conditioning * truth.wrongShare +
    byQuestion(script, request) +
    (turnIndex + 1 >= script.changeTurn ? script.change : 0) +
    frailtyOf(script, request.rollout) +
    dictionaryShift(script, request);
  return shift(taskRates[truth.task] ?? p, moved);
}

/** How far this rollout's log-odds lie from the script's own: one normal draw, the same in every arm. */
export function frailtyOf({ frailty, stream }: Script, rollout: number): number {
  return frailty === 0 ? 0 : frailty * normal(new Random(stream, "scripted-frailty", rollout));
}

/** By how the turn is asked, and what the conversation shows. */
function byQuestion(script: Script, { truth, sampling }: ScriptedRequest): number {
  const { prompt, isThinking, isStateTold, visibleTurns, steps } = truth;
  return (
    (isThinking ? script.thinkingGain : 0) +
    (prompt === "direct" ? 0 : script.cotGain) +
    (prompt === "verify" ? script.checkGain : 0) +
    (isStateTold ? script.recapGain : 0) -
    script.visibleLoss * visibleTurns -
    script.keyLoss * (steps - 1) -
    script.valueLoss * (digitsOf(truth.values) - 1) -
    script.temperatureLoss * sampling.temperature
  );
}

/** Of the largest. */
function digitsOf(values: readonly number[]): number {
  return String(Math.max(0, ...values.map(Math.abs))).length;
}

/** The draw depends on all that stands in the dictionary, and not on the run: a hard dictionary is hard in every one. */
function dictionaryShift({ dictionaryEffect, seed }: Script, { truth }: ScriptedRequest): number {
  if (dictionaryEffect === 0 || truth.dictionary.length === 0) return 0;
  const text = truth.dictionary.map(({ key, value }) => `${key}:${value}`);
  return dictionaryEffect * normal(new Random(seed, "scripted-dictionary", ...text));
}

/** A standard normal draw (Box and Muller, 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
  return radius * Math.cos(2 * Math.PI * random.unit());
}

/** Moves a probability by an amount of log-odds; certainty stays certain. */
function shift(p: number, logOdds: number): number {
  if (logOdds === 0 || p <= 0 || p >= 1) return p;
  return 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + logOdds)));
}
