import { encodeGguf } from "../gguf/gguf-writer.ts";

/** A model file of bytes below 128, which a text file holds as they are. */
export function ggufText(metadata: Parameters<typeof encodeGguf>[0]["metadata"], tensors = 1): string {
  const shaped = Array.from({ length: tensors }, (_, index) => ({ name: `blk.${index}.w`, shape: [8, 4] }));
  return encodeGguf({ metadata, tensors: shaped }).toString("latin1");
}
