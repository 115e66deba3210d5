import type { EngineInfo } from "../engine/engine.ts";
import { promptHashOf } from "../settings/wording.ts";
import type { MachineRow, RunRecord } from "../store/rows.ts";
import type { Difference } from "../store/sessions.ts";

/** What keeps a run from going on, and what is only written beside its rows. */
export interface Differences {
  /** Answers may differ for it: the run goes on where that is forced. */
  readonly refused: readonly Difference[];
  /** Another machine evaluates otherwise by a hair; nobody can bring the first one back. */
  readonly marked: readonly Difference[];
}

/** How an engine differs from the one that a run had before. */
export function engineDifferences(run: RunRecord, info: EngineInfo): Differences {
  const refused: [string, unknown, unknown][] = [
    ["conversations at a time", run.parallel, info.parallel],
    ["context length", run.contextLength, info.contextLength],
    ["batch size", run.batchSize, info.batchSize],
    ["type of keys in the cache", run.kvTypeK, info.kvTypeK],
    ["type of values in the cache", run.kvTypeV, info.kvTypeV],
    ["flash attention", run.flashAttention, info.flashAttention],
    ["backend", run.backendUsed, info.backendUsed],
    ["layers on the GPU", run.gpuLayers, info.gpuLayers],
    ["chat template", run.templateHash, info.templateHash],
    ["wording of conversations", run.chat, info.chat],
    ["threads", run.tuning?.threads ?? null, info.tuning?.threads ?? null],
    ["llama.cpp", run.versions["llama.cpp"], info.versions["llama.cpp"]],
    ["build of llama.cpp", run.versions["build"], info.versions["build"]],
  ];
  const marked: [string, unknown, unknown][] = [
    ["processor", run.versions["system"], info.versions["system"]],
  ];
  return { refused: differing(refused), marked: differing(marked) };
}

/** How this program differs from the one that began a run. @param versions of this one */
export function programDifferences(run: RunRecord, versions: Readonly<Record<string, string>>): Difference[] {
  return differing([
    ["wording of the task", run.promptHash, promptHashOf(run)],
    ["version of longhaul", run.versions["longhaul"], versions["longhaul"]],
    ["version of the parser", run.versions["parser"], versions["parser"]],
    ["version of the clock", run.versions["clock"], versions["clock"]],
  ]);
}

/** How the machine differs from the one on which a run began. */
export function machineDifferences({ machine }: RunRecord, now: MachineRow): Difference[] {
  return differing([
    ["processor", machine.cpuModel, now.cpuModel],
    ["architecture", machine.arch, now.arch],
    ["system", machine.os, now.os],
    ["graphics", machine.gpus, now.gpus],
  ]);
}

/** What was known before and is not the same now. */
export function differing(pairs: readonly (readonly [string, unknown, unknown])[]): Difference[] {
  return pairs.flatMap(([what, was, is]) => {
    const [before, now] = [textOf(was), textOf(is)];
    return before === null || before === now ? [] : [{ what, was: before, is: now ?? "unknown" }];
  });
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
