/**
 * Is a run without flags as fast as the best of threads x conversations? Interleaved repeats of the same rollouts by the
 * built command; turns a second from the first batch of a turn to the last, medians.
 *
 * usage: npm run build && npx tsx bench/hardware/sweep.ts FILE.gguf [REPEATS [ROLLOUTS [TURNS]]]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import Sqlite from "better-sqlite3";
import { medianOf } from "../../src/metrics/repetitions.ts";
import { waitForQuiet } from "./quiet.ts";

const [file = "", repeats = "3", rollouts = "16", turns = "12"] = process.argv.slice(2);
const cores = availableParallelism();
const threadCounts = [...new Set([1, Math.ceil(cores / 2), cores])];
const conversationCounts = [1, 8, 16, 32].filter((count) => count <= Number(rollouts));
/** Of the best of the first repeat: what reached less is out of the race. */
const inTheRace = 0.75;

interface Variant {
  readonly name: string;
  readonly flags: readonly string[];
  readonly turnsPerSecond: number[];
  used: string;
}

const variants: Variant[] = [
  { name: "default", flags: [], turnsPerSecond: [], used: "" },
  ...threadCounts.flatMap((threads) =>
    conversationCounts.map((parallel) => ({
      name: `--threads ${threads} --parallel ${parallel}`,
      flags: ["--threads", String(threads), "--parallel", String(parallel)],
      turnsPerSecond: [],
      used: "",
    })),
  ),
];

let disturbed = 0;
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const { taken, isQuiet } = await waitForQuiet();
  process.stderr.write(
    `repeat ${repeat + 1}: others took ${taken.toFixed(2)} cores${isQuiet ? "" : ", never less than 0.05 in ten minutes"}\n`,
  );
  if (!isQuiet) disturbed++;
  // Who goes first alternates, so that a drift of the machine hits all alike.
  const racing = variants.filter(isRacing);
  for (const variant of repeat % 2 === 0 ? racing : racing.toReversed()) play(variant);
}
report();

function isRacing({ flags, turnsPerSecond: [first] }: Variant): boolean {
  const best = Math.max(...variants.map((variant) => variant.turnsPerSecond[0] ?? 0));
  return flags.length === 0 || first === undefined || first >= inTheRace * best;
}

function play(variant: Variant): void {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-sweep-"));
  try {
    const db = join(folder, "x.db");
    const main = join(import.meta.dirname, "../../dist/main.js");
    const asked = ["--rollouts", rollouts, "--turns", turns, "--max-answer-tokens", "16", "--db", db];
    execFileSync(process.execPath, [main, "run", file, ...asked, ...variant.flags], { stdio: "ignore" });
    const database = new Sqlite(db, { readonly: true });
    const { ms, used } = database
      .prepare(
        `SELECT (SELECT max(end_ms) - min(start_ms) FROM batch WHERE phase = 'run') AS ms,
          threads || ' threads, ' || parallel || ' conversations' AS used FROM run`,
      )
      .get() as { ms: number; used: string };
    const count = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
    database.close();
    variant.turnsPerSecond.push((1000 * count) / ms);
    variant.used = used;
    process.stderr.write(`  ${variant.name}: ${((1000 * count) / ms).toFixed(2)} turns/s (${used})\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(): void {
  const best = Math.max(...variants.slice(1).map(({ turnsPerSecond }) => medianOf(turnsPerSecond)));
  const rows = variants.map(({ name, turnsPerSecond, used }) => {
    const middle = medianOf(turnsPerSecond);
    const all = turnsPerSecond.map((rate) => rate.toFixed(2)).join(", ");
    return `| ${name} | ${used} | ${middle.toFixed(2)} | ${all} | ${(middle / best).toFixed(2)} |`;
  });
  const text = [
    `${cpus()[0]?.model ?? "unknown"}, ${cores} cores, Node ${process.version}; ${basename(file)}, ${rollouts} rollouts of ${turns} turns, ${repeats} interleaved repeats (of what reached ${inTheRace} of the best in the first)${disturbed === 0 ? "" : `; before ${disturbed} of them the machine never became quiet`}.`,
    "",
    "| asked | used | turns/s, median | each | of the sweep's best |",
    "|---|---|--:|--:|--:|",
    ...rows,
    "",
  ].join("\n");
  writeFileSync(join(import.meta.dirname, "results/sweep.md"), text);
  process.stdout.write(text);
}
