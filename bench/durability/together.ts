/**
 * Two runs write to one file at once for a while, and somebody reads it all the time: every turn that either played has to be
 * there, and `verify` has to hold.
 * usage: npm run build && npx tsx bench/durability/together.ts [SECONDS]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { together } from "./writers.ts";

const main = resolve(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "longhaul-together-"));
const result = await together(main, join(folder, "both.db"), Number(process.argv[2] ?? 60));
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.holds && result.missing === 0 ? 0 : 1;
