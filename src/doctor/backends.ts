import type { GpuChoice } from "../engine/llama/binding.ts";
import { prebuiltOf } from "../engine/llama/prebuilt.ts";
import { notLoaded, type ProbedBackend } from "../engine/llama/probe-backend.ts";
import type { Backend } from "./doctor-schema.ts";
import { runNode } from "./node-process.ts";
import { privateText } from "./private-text.ts";

/** The first load of a GPU's library can take many seconds. */
const limitMs = 30_000;

/**
 * Tries every backend that this kind of system may have, each in a process of its own.
 *
 * @returns them, and what the first one that loads says of llama.cpp
 */
export async function backendsHere(): Promise<{
  readonly backends: readonly Backend[];
  readonly loaded: ProbedBackend;
}> {
  const probed = await Promise.all(
    namesHere().map(async (name) => ({ name, found: await probe(gpuOf(name)) })),
  );
  const backends = probed.map(({ name, found }) => {
    const { isShipped, folder } = prebuiltOf(gpuOf(name));
    const { loads, devices, memoryBytes, missing, why } = found;
    return {
      name,
      isShipped,
      isInstalled: folder !== null || loads,
      loads,
      missing,
      why: privateText(why),
      devices,
      memoryBytes,
    };
  });
  return { backends, loaded: probed.find(({ found }) => found.loads)?.found ?? notLoaded };
}

/** On Apple's own processors the binding has llama.cpp with Metal or not at all. */
function namesHere(): readonly Backend["name"][] {
  if (process.platform !== "darwin") return ["cpu", "cuda", "vulkan"];
  return process.arch === "arm64" ? ["metal"] : ["cpu"];
}

function gpuOf(name: Backend["name"]): Exclude<GpuChoice, "auto"> {
  return name === "cpu" ? "off" : name;
}

async function probe(gpu: Exclude<GpuChoice, "auto">): Promise<ProbedBackend> {
  const { stdout, stderr, isLate, code } = await runNode("doctor/backend-child.js", [gpu], limitMs);
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ProbedBackend;
  } catch {
    const ended = isLate ? "no answer in time" : `its process ended with ${code ?? "a signal"}`;
    return { ...notLoaded, why: stderr.trim() === "" ? ended : stderr };
  }
}
