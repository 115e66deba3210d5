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
import { fuzz, tell } from "./told.ts";

const [count = "1000", seed = "1"] = process.argv.slice(2);
const shipped = join(import.meta.dirname, "../suites");
const texts = readdirSync(shipped).map((name) => readFileSync(join(shipped, name), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "longhaul-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

await fuzz(Number(count), async (input) => {
  const random = new Random(Number(seed), "suite", input);
  const path = join(folder, "fuzz.yaml");
  writeFileSync(path, mutateSuite(random.pick(texts), random));
  const asked = ["suite", "plan", path, "scripted:p=0.9", "--db", join(folder, "fuzz.db")];
  const { code, output, fault } = await tell(asked);
  if (fault !== null) return { words: fault, isFault: true };
  if (code === 0) return { words: "planned", isFault: false };
  const isPlaced = output.startsWith("longhaul: fuzz.yaml:");
  return {
    words: isPlaced ? "refused with its place" : `refused without a place: ${output}`,
    isFault: !isPlaced,
  };
});
