import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { messageOf } from "../errors.ts";

/** The models that ship lie beside the program, built or not. */
export function referenceModels(): string {
  return fileURLToPath(new URL("../../models", import.meta.url));
}

export function packageVersion(): string {
  try {
    return packageFile().version;
  } catch (error) {
    return `unknown (${messageOf(error)})`;
  }
}

/** The versions of Node that the program is made for, as package.json has them. */
export function wantedNode(): string {
  return packageFile().engines.node;
}

function packageFile(): { readonly version: string; readonly engines: { readonly node: string } } {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as ReturnType<
    typeof packageFile
  >;
}

/** What the catalogue says of the models that ship: SHA-256 by file name. Empty where it cannot be read. */
export function catalogue(): ReadonlyMap<string, string> {
  try {
    const text = readFileSync(new URL("../../models/catalogue.json", import.meta.url), "utf8");
    const entries = JSON.parse(text) as readonly { readonly file: string; readonly sha256: string }[];
    return new Map(entries.map(({ file, sha256 }) => [file, sha256]));
  } catch {
    return new Map();
  }
}
