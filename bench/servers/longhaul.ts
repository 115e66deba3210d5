import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const program = resolve(import.meta.dirname, "../../dist/main.js");

/** What the built command says in JSON. @throws with its own words where it does not end well */
export async function longhaul<Document>(args: readonly string[]): Promise<Document> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, "--json"], {
    maxBuffer: 1 << 30,
  });
  return JSON.parse(stdout) as Document;
}
