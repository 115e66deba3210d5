/**
 * Result files that are damaged or hostile, through every command that reads one: deaths, hangs, stack traces.
 * usage: npm run build && npx tsx bench/fuzz/database.ts [COUNT [SEED]]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutateDatabase } from "../../scripts/mutate-database.ts";
import { Random } from "../../src/random.ts";
import { fuzz, tell } from "./told.ts";

const [count = "1000", seed = "1"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "longhaul-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "fuzz.db");
let whole: Buffer | null = null;

const commands = [
  ["ls"],
  ["show", "1"],
  ["show", "2", "--rollout", "0"],
  ["show", "3", "--json"],
  ["compare"],
  ["compare", "--suite", "all"],
  ["report", "-o", join(folder, "fuzz.html")],
  ["verify"],
  ["export"],
  ["export", "--what", "runs", "--format", "json"],
  ["rescore", "--dry-run"],
  ["speed", "--stored"],
];

await fuzz(Number(count), async (input) => {
  whole ??= await wholeFile();
  const random = new Random(Number(seed), "database", input);
  for (const beside of ["-wal", "-shm"]) rmSync(path + beside, { force: true });
  writeFileSync(path, mutateDatabase(whole, random));
  const ends: string[] = [];
  for (const command of commands) {
    const { code, fault } = await tell([...command, "--db", path]);
    if (fault !== null) return { words: `${command.join(" ")}: ${fault}`, isFault: true };
    ends.push(code === 0 ? "read" : "refused");
  }
  const [first, ...others] = new Set(ends);
  return { words: others.length > 0 ? "read by some commands" : `${first} by all commands`, isFault: false };
});

/** Runs of simulated models, a suite and a real model, and a speed test. */
async function wholeFile(): Promise<Buffer> {
  const db = join(folder, "whole.db");
  const suite = join(folder, "whole.yaml");
  writeFileSync(
    suite,
    "name: whole\ndefaults: { turns: 4, rollouts: 4 }\nexperiments: [{ use: horizon }, { use: self-conditioning, rates: [0, 1] }]\n",
  );
  const model = join(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
  const made = [
    ["run", "--engine", "scripted:p=0.8,format=0.1", "--rollouts", "6", "--turns", "8", "--quiet"],
    ["run", "--engine", "scripted:p=0.9", "--rollouts", "6", "--turns", "8", "--quiet"],
    ["run", model, "--rollouts", "2", "--turns", "4", "--threads", "1", "--quiet"],
    ["suite", "run", suite, "scripted:p=0.8", "scripted:p=0.9", "--quiet"],
    ["speed", model, "-p", "16", "-n", "8", "-r", "2", "-t", "1", "--quiet"],
  ];
  for (const command of made) {
    const { code, output } = await tell([...command, "--db", db]);
    if (code !== 0) throw new Error(output);
  }
  return readFileSync(db);
}
