import { counted } from "../words/words.ts";
import type { Shape, ThreadPlan, Tried, Tuning } from "../../hardware/facts.ts";

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
  const how = { asked: "as asked", measured: "the fastest in a trial", gpu: "the model lies on a GPU" };
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
