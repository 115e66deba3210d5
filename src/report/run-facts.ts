import type { RunSummary } from "../figures/run-schema.ts";
import { visible } from "../visible-text.ts";
import { askedInLine } from "./asked/facts.ts";
import { layersOnGpu, rolloutsBroken } from "./sentences/run.ts";
import type { Pen } from "./words/layout.ts";
import { durationText } from "./words/numbers.ts";
import { counted } from "./words/words.ts";

/** What a run was asked, how long it took and what broke, each in a few words. */
export function settingsFacts({ settings, seed, status, wallMs, rollouts }: RunSummary, pen: Pen): string[] {
  const broken = rollouts.ended.engine_error;
  return [
    ...askedInLine(settings, pen),
    `seed ${seed}`,
    wallMs === null || wallMs === 0 ? status : `${status} after ${durationText(wallMs)}`,
    // A run that failed says why in a line of its own.
    ...(status === "failed" || broken === 0 ? [] : [rolloutsBroken(broken)]),
  ];
}

/** What it ran on: what `auto` came to; nothing where it came to nothing. */
export function backendFacts({ settings, server }: RunSummary): string[] {
  if (settings.backend.used === null && server === null) return [];
  const { backend, gpuLayers, threads, parallel, contextLength, kvTypeK, kvTypeV, flashAttention } = settings;
  const facts = [
    backend.used === null
      ? null
      : `on ${backend.used}${backend.requested === null || backend.requested === backend.used ? "" : ` (asked for: ${backend.requested})`}`,
    gpuLayers === null || gpuLayers === 0 ? null : layersOnGpu(gpuLayers),
    threads === null ? null : counted(threads, "thread"),
    parallel === null ? null : `${counted(parallel, "conversation")} at a time`,
    contextLength === null ? null : `context ${contextLength.toLocaleString("en")} tokens`,
    kvTypeK === null ? null : `KV cache ${kvTypeK}/${kvTypeV}`,
    flashAttention === null ? null : `flash attention ${flashAttention ? "on" : "off"}`,
  ];
  return facts.filter((fact) => fact !== null).map(visible);
}
