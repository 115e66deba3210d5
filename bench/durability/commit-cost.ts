/**
 * What it costs that a finished turn outlives a killed machine: flushes of eight turns with synchronous=FULL and
 * NORMAL, interleaved, on a file in the folder given (default: the system's temporary one).
 * usage: npx tsx bench/durability/commit-cost.ts [FOLDER]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nowMs } from "../../src/clock.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { openDatabase } from "../../src/store/database.ts";
import { newRun, turnRow } from "../../test/store/builders.ts";

const flushes = 300;
const turnsInFlush = 8;
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), "longhaul-commit-"));
const sides = ["FULL", "NORMAL"].map((mode) => {
  const database = openDatabase(join(folder, `${mode}.db`));
  database.pragma(`synchronous = ${mode}`);
  const recorder = new Recorder(database, newRun(database));
  for (let rollout = 0; rollout < turnsInFlush; rollout++)
    recorder.startRollout({ rollout, dictionary: [], startedAt: "" });
  recorder.flush();
  return { mode, database, recorder, ms: [] as number[] };
});
for (let turn = 1; turn <= flushes; turn++) {
  for (const { recorder, ms } of turn % 2 === 0 ? sides : sides.toReversed()) {
    for (let rollout = 0; rollout < turnsInFlush; rollout++) recorder.turn(turnRow(rollout, turn, true));
    const start = nowMs();
    recorder.flush();
    ms.push(nowMs() - start);
  }
}
for (const { mode, ms, database } of sides) {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2);
  process.stdout.write(
    `${mode}: ${turnsInFlush} turns in ${at(0.5)} ms (p50), ${at(0.95)} ms (p95), ${flushes} flushes\n`,
  );
  database.close();
}
rmSync(folder, { recursive: true, force: true });
