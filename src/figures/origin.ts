import { fileNameOf } from "../file-name.ts";
import type { RunRecord } from "../store/rows.ts";
import { bitsPerWeight, parametersOf } from "../reading/quantizations.ts";
import type { RunSummary } from "./run-schema.ts";

/** What a run says of itself. */
export function originOf(run: RunRecord) {
  const { model } = run;
  return {
    id: run.id,
    name: run.name,
    status: run.status,
    error: run.error,
    engine: run.engine,
    server: serverOf(run),
    scripted: run.engine === "scripted" ? run.engineSpec : null,
    startedAt: run.startedAt,
    wallMs: run.wallMs,
    versions: run.versions,
    seed: run.seed,
    machine: machineOf(run),
    model: {
      name: model?.name ?? null,
      file: model === null ? null : fileNameOf(model.path),
      sha256: model?.sha256 ?? run.server?.fileSha256 ?? null,
      architecture: model?.architecture ?? null,
      parameters: parametersOf(run),
      quantization: model?.quantization ?? null,
      bytes: model?.bytes ?? null,
      bitsPerWeight: bitsPerWeight(run),
    },
  };
}

/** Without the place of a file on this machine. */
function serverOf({ server }: RunRecord): RunSummary["server"] {
  if (server === null) return null;
  const { kind, version, url, isRemote, model, digest, tellsPrompt } = server;
  return { kind, version, url, isRemote, model, digest, tellsPrompt };
}

/** Field by field, since rows as they are read hold more columns. */
function machineOf({ machine }: RunRecord): RunSummary["machine"] {
  const { cpuModel, physicalCores, logicalCores, memoryBytes, os, arch, gpus } = machine;
  return { cpuModel, physicalCores, logicalCores, memoryBytes, os, arch, gpus };
}
