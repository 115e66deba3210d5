import { shapes } from "../hardware/facts.ts";
import type { RunSummary } from "../figures/run-schema.ts";
import { threadsChosen, threadsTried, triedWhileBusy } from "./sentences/tuning.ts";

/** How a run was fitted to the machine, as rows of a table of two columns. */
export function tuningRows({ tuning }: RunSummary): string[][] {
  if (tuning === null) return [];
  const { threads, threadsBy, tried, isDisturbed, parallelBecause } = tuning;
  const byShape = shapes.flatMap((shape) => {
    const ofShape = tried.filter((one) => one.shape === shape);
    return ofShape.length === 0 ? [] : [["", threadsTried(shape, ofShape)]];
  });
  return [
    ...(threads === null ? [] : [["threads", threadsChosen(threads, threadsBy)]]),
    ...byShape,
    ...(isDisturbed === true ? [["", triedWhileBusy()]] : []),
    ...(parallelBecause === null ? [] : [["at a time", parallelBecause]]),
  ];
}
