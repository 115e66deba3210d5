/**
 * Kills a run again and again at any moment of its life, by its parent, its worker or both, and goes on with it each time:
 * the rows have to be those of a run that nobody disturbed, times aside, none lost, none twice, and `verify` has to hold.
 * usage: npm run build && npx tsx bench/durability/chaos.ts KILLS SEED [STOP_MS] [OLDER_ROWS] -- RUN ARGUMENTS...   (Linux: it reads /proc)
 * OLDER_ROWS: the run is written into a file of an earlier version with as many turns, which is migrated first.
 * One line of JSON a run; exit code 1 where anything is not as it has to be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../../src/random.ts";
import { makeFile } from "../scale/made-file.ts";
import { createBefore } from "../scale/older-file.ts";
import { type Chaos, disturbed, unbroken } from "./disturbed.ts";

const { positionals } = parseArgs({ allowPositionals: true, strict: false });
const at = process.argv.indexOf("--");
const [kills = "200", seed = "1", stopMs = "30000", olderRows = "0"] = positionals.slice(
  0,
  at < 0 ? undefined : at - 2,
);
const args = at < 0 ? ["models/longhaul-ref-late.gguf"] : process.argv.slice(at + 1);
const main = resolve(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "longhaul-chaos-"));
const older = Number(olderRows) === 0 ? null : { path: join(folder, "older.db"), runs: 10 };
if (older !== null) makeFile(older.path, Number(olderRows), (path) => createBefore(path, 17));
const chaos: Chaos = {
  main,
  args,
  random: new Random(Number(seed), "chaos"),
  stopMs: Number(stopMs),
  older,
};
const whole = await unbroken(chaos, join(folder, "whole.db"));
let done = 0;
let isFine = true;
for (let run = 0; done < Number(kills); run++) {
  const one = await disturbed(chaos, whole, join(folder, `${run}.db`), Math.min(4, Number(kills) - done));
  done += one.kills.length;
  isFine &&= one.lost === 0 && one.isSame && one.holds;
  process.stdout.write(`${JSON.stringify({ run, ...one })}\n`);
}
process.stdout.write(`${JSON.stringify({ kills: done, isFine, turns: whole.rows.length })}\n`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = isFine ? 0 : 1;
