import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const program = resolve(import.meta.dirname, "../../dist/main.js");

/** What the built command says in JSON. @throws with its own words where it does not end well */
export async function longhaul<Document>(args: readonly string[]): Promise<Document> {
  const { stdout } = await said([...args, "--json"]);
  return JSON.parse(stdout) as Document;
}

/** What the built command says in words. @throws as well */
export function said(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 1 << 30 });
}
