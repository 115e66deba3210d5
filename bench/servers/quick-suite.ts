/**
 * A suite played by a model behind llama-server: which runs are complete, which arms are left out and why, and whether
 * `verify` holds.
 *
 * usage: npm run build && npx tsx bench/servers/build-llama-server.ts PROGRAMS
 *        npx tsx bench/servers/quick-suite.ts PROGRAMS FILE.gguf [--suite bench/suites/quick.yaml] [--conversations 4] [--context 4096] [--threads 1]
 * Writes bench/servers/results/quick-suite.md. About three minutes for a reference model.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Sqlite from "better-sqlite3";
import { longhaul, said } from "./longhaul.ts";
import { RunningServer } from "./running-server.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: "string", default: "bench/suites/quick.yaml" },
    conversations: { type: "string", default: "4" },
    context: { type: "string", default: "4096" },
    threads: { type: "string", default: "1" },
  },
});
const [programs, file] = positionals;
if (programs === undefined || file === undefined)
  throw new Error("name the folder of llama-server (bench/servers/build-llama-server.ts) and a model file");

interface Played {
  readonly experiment: string;
  readonly runs: number;
  readonly complete: number;
  readonly turns: number;
  readonly rollouts: number;
  readonly cut: number;
}

const folder = mkdtempSync(join(tmpdir(), "quick-suite-"));
try {
  const db = join(folder, "suite.db");
  const context = String(Number(values.context) * Number(values.conversations));
  const args = ["-m", resolve(file), "--alias", "served", "-np", values.conversations, "-c", context];
  const server = await RunningServer.start({ programs, folder }, [...args, "-t", values.threads]);
  try {
    const startMs = performance.now();
    const { stderr } = await said(["suite", "run", values.suite, `openai:${server.url} served`, "--db", db]);
    const minutes = (performance.now() - startMs) / 60_000;
    const verified = await longhaul<{ readonly holds: boolean }>(["verify", "--db", db]);
    writeReport(readPlayed(db), remarks(stderr), verified.holds, minutes);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readPlayed(db: string): Played[] {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database
      .prepare(
        `SELECT places.experiment, count(*) AS runs, sum(status = 'complete') AS complete,
          sum((SELECT count(*) FROM turn WHERE run_id = run.id)) AS turns,
          sum((SELECT count(*) FROM rollout WHERE run_id = run.id)) AS rollouts,
          sum((SELECT count(*) FROM rollout WHERE run_id = run.id AND end IS NOT 'complete')) AS cut
          FROM places JOIN run ON run.id = places.run_id GROUP BY places.experiment ORDER BY min(run.id)`,
      )
      .all() as Played[];
  } finally {
    database.close();
  }
}

/** All that was said beside how far it is. */
function remarks(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !/^(\[\d+\/|served: )/.test(line));
}

function writeReport(
  played: readonly Played[],
  told: readonly string[],
  holds: boolean,
  minutes: number,
): void {
  const flags = process.argv.slice(2).filter((one) => !positionals.includes(one));
  const named = [basename(file ?? ""), ...flags].join(" ");
  const text = [
    `\`npx tsx bench/servers/quick-suite.ts PROGRAMS ${named}\``,
    "",
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}. \`longhaul suite run ${values.suite}\` with the model behind llama-server of the release that the binding ships, ${values.conversations} conversations of ${Number(values.context).toLocaleString("en")} tokens, ${values.threads} thread: ${minutes.toFixed(1)} minutes, on a machine that others may have used. \`verify\` ${holds ? "holds" : "FOUND DIFFERENCES"}.`,
    "",
    "| experiment | runs | complete | rollouts | cut or broken | turns |",
    "|---|--:|--:|--:|--:|--:|",
    ...played.map(
      ({ experiment, runs, complete, rollouts, cut, turns }) =>
        `| ${[experiment, runs, complete, rollouts, cut, turns.toLocaleString("en")].join(" | ")} |`,
    ),
    "",
    "A run that stands in several experiments is counted in each. What the command said beside that (`served` is the model):",
    "",
    ...told.map((line) => `- ${line}`),
    "",
  ].join("\n");
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "quick-suite.md"), text);
  process.stdout.write(text);
}
