/** What tells where a tool keeps its models: the environment, as tests make it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly currentFolder: string;
  /** Where folders of the whole system begin. */
  readonly root: string;
}

/** Something that a tool's folder holds, as the tool names it. */
export type Sighting =
  | {
      readonly kind: "file";
      readonly name: string;
      readonly path: string;
      /** SHA-256 by which the tool keeps it; absent: it does not. */
      readonly sha256?: string;
      /** LoRA adapters that the tool adds under this name. */
      readonly adapters?: readonly string[];
    }
  | { readonly kind: "safetensors" | "mlx"; readonly name: string; readonly path: string }
  /** A note of the tool about a model that cannot be read, or leads to nothing. */
  | { readonly kind: "broken"; readonly name: string; readonly path: string }
  /** A folder that this user may not read. */
  | { readonly kind: "closed"; readonly path: string };

/** A tool that keeps models: where, and how what lies there is called. Nothing is written, and no model is read. */
export interface Tool {
  readonly name: string;
  /** Where it looks, and where earlier versions did: folders that may be there, in its order. */
  readonly folders: (here: Surroundings) => readonly string[];
  /** Whether a folder is laid out as its own, whoever named it. */
  readonly isLaidOut: (folder: string) => boolean;
  readonly read: (folder: string) => Iterable<Sighting>;
}

/** What a file is called by in lists and rows: without its ending and the number of its part; a revision stays behind it. */
export function shownName(name: string): string {
  return name.replace(/(-\d{5}-of-\d{5})?\.gguf(?=@[0-9a-f]{7}$|$)/i, "");
}
