import type { Engine, EngineEvents } from "./engine.ts";
import type { LlamaOptions } from "./llama/options.ts";
import type { Script } from "./scripted/script.ts";
import type { ServerOptions } from "./server/options.ts";

export type EngineSpec =
  | { readonly kind: "llama"; readonly options: LlamaOptions }
  | { readonly kind: "server"; readonly options: ServerOptions }
  | { readonly kind: "scripted"; readonly script: Script; readonly parallel: number };

/**
 * The table of members. The native library is loaded only when it is asked for.
 *
 * @param starting where it is aborted, an engine that waits for others gives up, with the signal's reason
 */
export async function createEngine(
  spec: EngineSpec,
  events: EngineEvents,
  starting: AbortSignal = new AbortController().signal,
): Promise<Engine> {
  switch (spec.kind) {
    case "llama": {
      const { createLlamaEngine } = await import("./llama/llama-engine.ts");
      return createLlamaEngine(spec.options, events);
    }
    case "server": {
      const { createServerEngine } = await import("./server/server-engine.ts");
      return createServerEngine(spec.options, events, starting);
    }
    case "scripted": {
      const { ScriptedEngine } = await import("./scripted/scripted-engine.ts");
      return new ScriptedEngine(spec.script, spec.parallel, events);
    }
  }
}
