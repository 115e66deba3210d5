import { statSync } from "node:fs";
import { checkBounds, type HeaderValue } from "./bounds.ts";
import { checkAlignment } from "./fields.ts";
import { refuseModel } from "./refusal.ts";

/** A tensor as a header has it. */
export interface HeaderTensor {
  readonly name: string;
  /** ggml's number. */
  readonly type: number;
  readonly elements: number;
}

/** What a header says without its vocabulary. */
export interface Header {
  /** By their keys with dots. */
  readonly values: ReadonlyMap<string, HeaderValue>;
  readonly tensors: readonly HeaderTensor[];
  /** From the first tensor to the end of the file. */
  readonly tensorBytes: number;
}

/**
 * Reads what a list of many files shows of each: some milliseconds a file, where reading its vocabulary takes a hundred.
 *
 * @throws EngineError `model_unreadable`, also of a file that ends before its last tensor begins
 */
export function readHeader(path: string): Header {
  const values = new Map<string, HeaderValue>();
  const tensors: HeaderTensor[] = [];
  let [last, lastName] = [0, ""];
  const end = checkBounds(path, {
    onValue: (key, value) => values.set(key, value),
    onTensor: (name, shape, type, offset) => {
      tensors.push({ name, type, elements: shape.reduce((product, size) => product * size, 1) });
      if (offset >= last) [last, lastName] = [offset, name];
    },
  });
  checkAlignment(path, values.get("general.alignment"));
  const alignment = Number(values.get("general.alignment") ?? usualAlignment);
  const start = Math.ceil(end / alignment) * alignment;
  const { size } = statSync(path);
  if (tensors.length > 0 && start + last >= size)
    refuseModel(
      path,
      `it is cut off: tensor ${lastName} begins at byte ${start + last}, and the file has ${size}; download it again`,
    );
  return { values, tensors, tensorBytes: tensors.length === 0 ? 0 : size - start };
}

const usualAlignment = 32;
