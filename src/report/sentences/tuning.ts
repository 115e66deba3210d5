import { durationText } from "../words/numbers.ts";
import { counted } from "../words/words.ts";
import type { Conditions, Shape, ThreadPlan, Tried, Tuning } from "../../hardware/facts.ts";

const shapeWords: Readonly<Record<Shape, string>> = {
  prefill: "prompts",
  decodeOne: "answers of one conversation",
  decodeAll: "answers of several",
};

/** With how many threads each kind of work is done, and how that was found. */
export function threadsChosen(
  { prefill, decodeOne, decodeAll }: ThreadPlan,
  by: Tuning["threadsBy"],
): string {
  const isOne = prefill === decodeOne && decodeOne === decodeAll;
  const counts = isOne
    ? counted(prefill, "thread")
    : `${prefill} for ${shapeWords.prefill}, ${decodeOne} for ${shapeWords.decodeOne}, ${decodeAll} for ${shapeWords.decodeAll}`;
  const how = {
    asked: "as asked",
    measured: "the fastest in a trial",
    gpu: "the model lies on a GPU",
    one: "there is one core to use",
  };
  return by === null ? counts : `${counts}: ${how[by]}`;
}

/** What a trial of threads gave for one kind of work, the fastest first. */
export function threadsTried(shape: Shape, tried: readonly Tried[]): string {
  const rates = tried
    .toSorted((a, b) => b.tokensPerSecond - a.tokensPerSecond)
    .map(({ threads, tokensPerSecond }) => `${Math.round(tokensPerSecond)} tokens/s with ${threads}`);
  return `${shapeWords[shape]}: ${rates.join(", ")}`;
}

/** Of a trial during which other processes had cores. */
export function triedWhileBusy(): string {
  return "other processes had cores meanwhile, so more threads are tried again as the run goes on";
}

/**
 * What the machine was like beside a run.
 *
 * @param hasGpu whether the run used graphics, whose temperature is told then, too
 */
export function machineBeside(conditions: Conditions, hasGpu: boolean): string {
  const { loadAtStart: load, cpuCelsiusAtStart, cpuCelsiusAtEnd } = conditions;
  const { gpuCelsiusAtStart, gpuCelsiusAtEnd } = conditions;
  return [
    `load ${load === null ? notAvailable : load.toFixed(2)} at the start`,
    `processor ${celsiusText(cpuCelsiusAtStart, cpuCelsiusAtEnd)}`,
    ...(hasGpu ? [`graphics ${celsiusText(gpuCelsiusAtStart, gpuCelsiusAtEnd)}`] : []),
  ].join("; ");
}

/** A short fixed computation beside a run, and whether it shows that the machine was not at its fastest. */
export function pulseBeside(conditions: Conditions): string {
  const { pulseBeforeMs, pulseAfterMs, isHeldBack } = conditions;
  const [before, after] = [pulseBeforeMs, pulseAfterMs].map((ms) =>
    ms === null ? notAvailable : durationText(ms),
  );
  const held = isHeldBack === true ? ": the machine was held back" : "";
  return `a fixed computation took ${before} before and ${after} after${held}`;
}

const notAvailable = "(not available)";

function celsiusText(start: number | null, end: number | null): string {
  if (start === null && end === null) return notAvailable;
  const [before, after] = [start, end].map((known) =>
    known === null ? notAvailable : `${Math.round(known)} C`,
  );
  return `${before} at the start, ${after} at the end`;
}
