import { readFileSync } from "node:fs";
import type { Template } from "../chat/template.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { sha256Of } from "../sha256.ts";
import type { Database } from "../store/database.ts";
import { adapterPath, storedText } from "../store/run-texts.ts";
import type { RunRecord } from "../store/rows.ts";
import type { RunRequest } from "./request.ts";
import { templateOf } from "./template-of.ts";

/** How a run was loaded, `auto` as it came out. */
export function optionsBefore(run: RunRecord, { loraPath }: RunRequest, options: LlamaOptions): LlamaOptions {
  const { gpuLayers, backendUsed, tuning } = run;
  return {
    ...options,
    ...(gpuLayers === null ? {} : { gpuLayers }),
    ...(backendUsed === "cpu" ? { gpu: "off" } : {}),
    ...(loraPath === null ? {} : { loraPath }),
    ...(tuning?.threads == null || tuning.threadsBy === null
      ? {}
      : { known: { threads: tuning.threads, by: tuning.threadsBy } }),
    ...(tuning === null ? {} : { chosen: tuning }),
  };
}

/** The text by which the run was worded, wherever it came from then. */
export function templateBefore(database: Database, run: RunRecord, model: CheckedModel): Template {
  const text = run.templateHash === null ? null : storedText(database, run.templateHash);
  const { source } = templateOf(run.settings.chatTemplate === null ? null : "", model);
  return text === null ? templateOf(null, model) : { text, source };
}

/** @throws UsageError where the adapter is gone, or another one */
export function adapterOf(database: Database, run: RunRecord): string | null {
  const { lora } = run.settings;
  if (lora === null) return null;
  const path = adapterPath(database, run.id);
  try {
    if (path !== null && sha256Of(readFileSync(path)) === lora.sha256) return path;
  } catch (error) {
    throw new UsageError(
      `run ${run.id}: its adapter ${lora.file} cannot be read (${messageOf(error)}). Put it back.`,
    );
  }
  throw new UsageError(
    `run ${run.id}: its adapter ${lora.file} is not there as it was. Put the same file back.`,
  );
}
