import type { RunSummary } from "../figures/run-schema.ts";
import { levelRows } from "./level-rows.ts";
import { speedRows } from "./speed-rows.ts";
import { tuningRows } from "./tuning-rows.ts";
import { bytesText } from "./words/numbers.ts";

/** What a run was fitted to and what it took, as rows of a table of two columns: level, time, memory and, if wanted, what was tried. */
export function machineRows(run: RunSummary, isVerbose: boolean): string[][] {
  return [
    ...levelRows(run, isVerbose),
    ...speedRows(run.speed),
    ...memoryRows(run),
    ...(isVerbose ? tuningRows(run) : []),
  ];
}

function memoryRows({ memory }: RunSummary): string[][] {
  const facts = [
    memory.peakRssBytes === null ? null : `${bytesText(memory.peakRssBytes)} at its peak`,
    memory.kvBytes === null ? null : `KV cache ${bytesText(memory.kvBytes)}`,
    memory.vramBytes === null || memory.vramBytes === 0 ? null : `GPU ${bytesText(memory.vramBytes)}`,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? [] : [["memory", facts.join(", ")]];
}
