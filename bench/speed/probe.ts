/**
 * Probing turn 100 of an injected history against playing all 100 turns of it, on the same instances: engine time of
 * both from the `batch` table, and the ratio that one prefill in bulk and one answer at the played decode rate allow.
 * usage: npm run build && npx tsx bench/speed/probe.ts MODEL.gguf ... [--pairs 5]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Sqlite from "better-sqlite3";

const turns = 100;
const rollouts = 4;

interface Engine {
  readonly ms: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly askedTurns: number;
}

function measure(model: string, probe: string): Engine {
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    const db = join(folder, "probe.db");
    const settings = [
      "--turns",
      String(turns),
      "--rollouts",
      String(rollouts),
      "--parallel",
      String(rollouts),
    ];
    const protocol = ["--history", "injected:rate=0.5", "--probe", probe, "--threads", "2"];
    execFileSync(process.execPath, [
      "dist/main.js",
      "run",
      model,
      "--db",
      db,
      "--quiet",
      ...settings,
      ...protocol,
    ]);
    const database = new Sqlite(db, { readonly: true });
    const row = database
      .prepare(
        `SELECT sum(end_ms - start_ms) AS ms, sum(end_ms - start_ms) FILTER (WHERE decode_tokens = 0) AS prefillMs,
          sum(end_ms - start_ms) FILTER (WHERE decode_tokens > 0) AS decodeMs, sum(prefill_tokens) AS prefillTokens,
          sum(decode_tokens) AS decodeTokens, (SELECT count(*) FROM turn) AS askedTurns FROM batch WHERE phase = 'run'`,
      )
      .get() as Engine;
    database.close();
    return row;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What prefilling a whole history at once and decoding one answer take, at the rates of their own batches. */
function boundOf(played: Engine, probed: Engine): number {
  const prefill = probed.prefillMs;
  const decode = (probed.decodeTokens * played.decodeMs) / played.decodeTokens;
  return (prefill + decode) / played.ms;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const given = process.argv.slice(2);
const at = given.indexOf("--pairs");
const pairs = at < 0 ? 5 : Number(given[at + 1]);
const models = at < 0 ? given : given.filter((_, index) => index !== at && index !== at + 1);
const lines = models.map((model) => {
  const both = Array.from({ length: pairs }, (_, pair) => {
    const order = pair % 2 === 0 ? ["all", String(turns)] : [String(turns), "all"];
    const found = new Map(order.map((probe) => [probe, measure(model, probe)]));
    const [played, probed] = [found.get("all"), found.get(String(turns))];
    if (played === undefined || probed === undefined) throw new Error("a run is missing");
    return { played, probed };
  });
  const ratio = median(both.map(({ played, probed }) => probed.ms / played.ms));
  const bound = median(both.map(({ played, probed }) => boundOf(played, probed)));
  const [{ played, probed }] = both as [(typeof both)[number]];
  const cells = [
    basename(model),
    `${probed.askedTurns} of ${played.askedTurns}`,
    `${probed.decodeTokens} of ${played.decodeTokens}`,
    `${probed.prefillTokens} of ${played.prefillTokens}`,
    `1/${(1 / ratio).toFixed(1)}`,
    `1/${(1 / bound).toFixed(1)}`,
  ];
  return `| ${cells.join(" | ")} |`;
});
const text = [
  `${rollouts} rollouts of ${turns} turns, history injected at 50 %; median of ${pairs} interleaved pairs; 2 threads.`,
  "",
  "| model | turns asked | tokens decoded | tokens prefilled | engine time of the probe / of all turns | allowed by prefill in bulk and decode as played |",
  "|---|--:|--:|--:|--:|--:|",
  ...lines,
  "",
].join("\n");
mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
writeFileSync(join(import.meta.dirname, "results", "probe.md"), text);
process.stdout.write(text);
