import type { GgufTensorInfo } from "node-llama-cpp";
import { refuseModel } from "./refusal.ts";
import { tensorTypes } from "./tensor-types.ts";

/** What the tensors of one file, or of all parts, come to. */
export interface TensorSummary {
  readonly names: readonly string[];
  readonly elements: number;
  /** Elements by the name of their type. */
  readonly elementsByType: ReadonlyMap<string, number>;
}

export interface TensorRegion {
  /** The file, for the message. */
  readonly path: string;
  /** Where the tensors' data begins, in bytes from the start of the file. */
  readonly startByte: number;
  readonly fileBytes: number;
  /** Each tensor begins at a multiple of it; a power of two. */
  readonly alignment: number;
}

/**
 * Adds up the tensors of one file and makes sure that all of them are in it, one after the other without a gap, as
 * llama.cpp wants them.
 *
 * @throws EngineError `model_unreadable`
 */
export function checkTensors(tensors: readonly GgufTensorInfo[], region: TensorRegion): TensorSummary {
  const { path, startByte, fileBytes, alignment } = region;
  const elementsByType = new Map<string, number>();
  let elements = 0;
  let nextByte = startByte;
  for (const tensor of tensors) {
    const type =
      tensorTypes[tensor.ggmlType] ??
      refuseModel(path, `tensor ${tensor.name} has type ${tensor.ggmlType}, which llama.cpp does not know`);
    const count = elementsOf(path, tensor);
    if (Number(tensor.dimensions[0] ?? 1) % type.blockElements !== 0)
      refuseModel(path, `tensor ${tensor.name} has rows that are no whole number of ${type.name} blocks`);
    const startsAt = Number(tensor.fileOffset);
    const endsAt = startsAt + (count / type.blockElements) * type.blockBytes;
    if (endsAt > fileBytes)
      refuseModel(
        path,
        `it is cut off: tensor ${tensor.name} ends at byte ${endsAt}, and the file has ${fileBytes}; download it again`,
      );
    if (startsAt !== nextByte)
      refuseModel(path, `tensor ${tensor.name} begins at byte ${startsAt} instead of ${nextByte}`);
    nextByte = startByte + Math.ceil((endsAt - startByte) / alignment) * alignment;
    elements += count;
    elementsByType.set(type.name, (elementsByType.get(type.name) ?? 0) + count);
  }
  return { names: tensors.map(({ name }) => name), elements, elementsByType };
}

/** The sum over a split model's parts. @throws EngineError when a tensor is there twice, or none is */
export function addSummaries(path: string, parts: readonly TensorSummary[]): TensorSummary {
  const names = parts.flatMap((part) => part.names);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) refuseModel(path, `tensor ${name} is in it twice`);
    seen.add(name);
  }
  if (names.length === 0) refuseModel(path, "it holds no tensors (a vocabulary alone?)");
  const elementsByType = new Map<string, number>();
  for (const [type, count] of parts.flatMap((part) => [...part.elementsByType]))
    elementsByType.set(type, (elementsByType.get(type) ?? 0) + count);
  return { names, elements: parts.reduce((sum, part) => sum + part.elements, 0), elementsByType };
}

function elementsOf(path: string, tensor: GgufTensorInfo): number {
  const count = tensor.dimensions.reduce<number>((product, size) => product * Number(size), 1);
  if (count === 0) refuseModel(path, `tensor ${tensor.name} is empty`);
  if (!Number.isSafeInteger(count)) refuseModel(path, `tensor ${tensor.name} has ${count} elements`);
  return count;
}
