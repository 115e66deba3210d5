/** What the numbers of types are called; undefined: a number that the binding does not know. */
export interface TypeNames {
  /** Of a tensor's values: "Q4_K". */
  readonly ofTensor: (type: number) => string | undefined;
  /** Of a file's mix (`general.file_type`): "Q4_K_M". */
  readonly ofMix: (type: unknown) => string | undefined;
}

/** The binding takes a third of a second to load, so it is only where a name is needed. */
export async function typeNames(): Promise<TypeNames> {
  const { GgmlType, GgufFileType } = await import("node-llama-cpp");
  return {
    ofTensor: (type) => GgmlType[type],
    ofMix: (type) =>
      typeof type === "number" ? GgufFileType[type]?.replace(/^(ALL|MOSTLY)_/, "") : undefined,
  };
}
