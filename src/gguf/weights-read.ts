import { statSync } from "node:fs";
import type { CheckedModel } from "./check.ts";

/**
 * Bytes of weights that one decode step reads: all tensors, but for embeddings that are only looked up in, a row for each
 * token, and experts that are not asked.
 *
 * @param conversations in the step: several together ask experts that nobody knows beforehand
 * @returns null where it cannot be known
 */
export async function weightBytesPerStep(model: CheckedModel, conversations: number): Promise<number | null> {
  const tensors = (await Promise.all(model.parts.map(tensorsOf))).flat();
  if (tensors.length === 0) return null;
  // Without one of its own a model's output is its embeddings, read as a whole.
  const hasOutput = tensors.some(({ name }) => name === "output.weight");
  const isLookedUp = (name: string): boolean =>
    name === "per_layer_token_embd.weight" || (hasOutput && name === "token_embd.weight");
  const read = tensors.filter(({ name }) => !isLookedUp(name));
  const experts = sumOf(read.filter(({ name }) => /_exps\./.test(name)));
  const always = sumOf(read) - experts;
  if (experts === 0) return always;
  const share = expertShare(model);
  return conversations > 1 || share === null ? null : always + experts * share;
}

interface Tensor {
  readonly name: string;
  readonly bytes: number;
}

/** Sizes are distances in the file; what pads a tensor is less than a line of the cache. */
async function tensorsOf(path: string): Promise<Tensor[]> {
  const { readGgufFileInfo } = await import("node-llama-cpp");
  const { fullTensorInfo = [] } = await readGgufFileInfo(path, {
    sourceType: "filesystem",
    logWarnings: false,
    spliceSplitFiles: false,
  });
  const inOrder = fullTensorInfo
    .map(({ name, fileOffset }) => ({ name, start: Number(fileOffset) }))
    .toSorted((a, b) => a.start - b.start);
  const { size } = statSync(path);
  return inOrder.map(({ name, start }, index) => ({
    name,
    bytes: (inOrder[index + 1]?.start ?? size) - start,
  }));
}

function expertShare({ metadata, architecture }: CheckedModel): number | null {
  const values = (metadata[architecture] ?? {}) as Record<string, unknown>;
  const [used, count] = [Number(values["expert_used_count"]), Number(values["expert_count"])];
  return used > 0 && count >= used ? used / count : null;
}

function sumOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}
