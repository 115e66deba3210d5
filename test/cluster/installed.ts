import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/** Whether a program of this name is found. */
export function isInstalled(name: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(resolve(folder, name)));
}
