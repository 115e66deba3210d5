import { shapes } from "../hardware/facts.ts";
import type { RunSummary } from "../figures/run-schema.ts";
import {
  machineBeside,
  pulseBeside,
  threadsChosen,
  threadsTried,
  triedWhileBusy,
} from "./sentences/tuning.ts";

/** How a run was fitted to the machine, and what that was like meanwhile, as rows of a table of two columns. */
export function tuningRows(run: RunSummary): string[][] {
  return [...fittedRows(run), ...conditionRows(run)];
}

/** Runs of earlier versions, and simulated ones, tell nothing of it. */
function conditionRows({ conditions, memory }: RunSummary): string[][] {
  if (conditions === null) return [];
  const hasGpu = memory.vramBytes !== null && memory.vramBytes > 0;
  return [
    ["machine", machineBeside(conditions, hasGpu)],
    ["", pulseBeside(conditions)],
  ];
}

function fittedRows({ tuning }: RunSummary): string[][] {
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
