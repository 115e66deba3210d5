import { type Binding, loadBinding } from "./binding.ts";
import { plannableVram } from "./memory.ts";

/** Memory of the GPU, in bytes. */
export interface Vram {
  readonly totalBytes: number;
  /** Less what is kept for everything that no estimate knows of. */
  readonly freeBytes: number;
  /** What of it is the computer's own memory. */
  readonly unifiedBytes: number;
}

/** Of all GPUs that a run would use here. Null: it would use none. Native code: it may abort the process. @throws EngineError */
export async function vramHere(): Promise<Vram | null> {
  const { llama } = await loadBinding("auto");
  return vramOf(llama);
}

/** Null where there is no GPU to put anything on. */
export async function vramOf(llama: Binding["llama"]): Promise<Vram | null> {
  if (llama.gpu === false) return null;
  const { total, free, unifiedSize } = await llama.getVramState();
  // A driver without a device: all of it is done by the CPU.
  if (total === 0) return null;
  return {
    totalBytes: total,
    freeBytes: plannableVram(free, llama.vramPaddingSize),
    unifiedBytes: unifiedSize,
  };
}
