import type { Vram } from "../engine/llama/gpu-memory.ts";
import { startChild } from "./supervise.ts";

/** What the child says. */
export interface GpuAnswer {
  readonly vram: Vram | null;
}

/** Half a second is usual; a driver that has to wake up takes some. */
const patienceMs = 5_000;

/**
 * The memory of the GPUs that a run would use here, as llama.cpp tells it in a process of its own.
 *
 * @param root the child's file without the ending
 * @returns null: not known, since that process failed or said nothing in time
 */
export async function gpuHere(root = new URL("./gpu-child", import.meta.url)): Promise<GpuAnswer | null> {
  try {
    const child = startChild(root);
    const timer = setTimeout(() => child.process.kill("SIGKILL"), patienceMs);
    let answer: GpuAnswer | null = null;
    child.process.on("message", (message: GpuAnswer) => {
      answer = message;
    });
    await child.gone;
    clearTimeout(timer);
    return answer;
  } catch {
    // The system has no room for another process.
    return null;
  }
}
