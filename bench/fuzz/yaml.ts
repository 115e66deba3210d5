/**
 * Suites that are damaged or hostile, through `suite plan` with a simulated model: deaths, hangs, stack traces, and
 * whether each refusal names file and place.
 * usage: npm run build && npx tsx bench/fuzz/yaml.ts [COUNT [SEED]]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutateSuite } from "../../scripts/mutate-suite.ts";
import { Random } from "../../src/random.ts";
import { tallied, tell } from "./told.ts";

const [count = "1000", seed = "1"] = process.argv.slice(2);
const shipped = join(import.meta.dirname, "../suites");
const texts = readdirSync(shipped).map((name) => readFileSync(join(shipped, name), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "longhaul-fuzz-"));
const path = join(folder, "fuzz.yaml");
const outcomes: string[] = [];
for (let file = 0; file < Number(count); file++) {
  const random = new Random(Number(seed), "suite", file);
  const text = mutateSuite(random.pick(texts), random);
  writeFileSync(path, text);
  const { code, stderr, fault } = tell([
    "suite",
    "plan",
    path,
    "scripted:p=0.9",
    "--db",
    join(folder, "fuzz.db"),
  ]);
  const isPlaced = stderr.startsWith("longhaul: fuzz.yaml:");
  const outcome =
    fault ?? (code === 0 ? "planned" : isPlaced ? "refused, with its place" : "refused, without a place");
  outcomes.push(outcome);
  if (fault !== null || (code !== 0 && !isPlaced))
    process.stderr.write(`${file}: ${outcome}: ${stderr.slice(0, 500)}\n`);
}
rmSync(folder, { recursive: true });
process.stdout.write(`${tallied(outcomes)}\n`);
