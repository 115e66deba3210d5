/**
 * One model file in this process and behind llama-server: whether greedy answers are the same, how near those that differ
 * were, and what the server costs. For each model, task and number of conversations: one run here that tells how sure the
 * model was (`--confidence top2`), then pairs of runs whose order alternates, here without it and behind a server that was
 * started for the run, since a server keeps the prompts of the one before.
 *
 * usage: npm run build && npx tsx bench/servers/build-llama-server.ts PROGRAMS
 *        npx tsx bench/servers/in-process.ts PROGRAMS FILE.gguf ... [--pairs 3] [--rollouts 4] [--turns 12] [--threads 1]
 * Writes bench/servers/results/in-process.md. About ten seconds a run of a model of 135M parameters.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import { medianOf } from "../../src/metrics/repetitions.ts";
import { waitForQuiet } from "../hardware/quiet.ts";
import { longhaul } from "./longhaul.ts";
import { RunningServer } from "./running-server.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "3" },
    rollouts: { type: "string", default: "4" },
    turns: { type: "string", default: "12" },
    threads: { type: "string", default: "1" },
    quietMinutes: { type: "string", default: "0" },
  },
});
const [programs, ...models] = positionals;
if (programs === undefined || models.length === 0)
  throw new Error("name the folder of llama-server (bench/servers/build-llama-server.ts), then model files");
const pairs = Number(values.pairs);
const tasks = ["dict-sum", "retrieval"];
const parallels = [1, 4];
const contextTokens = 2048;

type Served = NonNullable<CompareDocument["served"]>[number];
type Differing = Served["differing"][number] & { readonly pair: number };

interface Row {
  readonly cells: readonly (string | number)[];
  readonly differing: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), "in-process-"));
const taken: number[] = [];
const rows: Row[] = [];
try {
  for (const model of models)
    for (const task of tasks)
      for (const parallel of parallels) {
        taken.push((await waitForQuiet(Number(values.quietMinutes) * 60_000)).taken);
        rows.push(await measured(resolve(model), task, parallel));
        writeReport();
      }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measured(model: string, task: string, parallel: number): Promise<Row> {
  const db = join(folder, `${rows.length}.db`);
  const asked = ["--task", task, "--rollouts", values.rollouts, "--turns", values.turns];
  const common = ["--db", db, ...asked, "--parallel", String(parallel), "--quiet"];
  const here = (...flags: readonly string[]): Promise<unknown> =>
    longhaul(["run", model, ...common, "--gpu", "off", "--threads", values.threads, ...flags]);
  const there = (): Promise<unknown> => behindServer(model, parallel, common);
  await here("--confidence", "top2");
  const answers: Served[] = [];
  const speeds: Served[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // The first run is the one that tells how sure the model was.
    const ids = [2 + 2 * pair, 3 + 2 * pair];
    const order = pair % 2 === 0 ? [here, there] : [there, here];
    for (const play of order) await play();
    const [mine, theirs] = pair % 2 === 0 ? ids : ids.toReversed();
    answers.push(await servedOf(db, 1, theirs));
    speeds.push(await servedOf(db, mine, theirs));
  }
  return rowOf([basename(model, ".gguf"), task, parallel], answers, speeds);
}

async function behindServer(model: string, parallel: number, common: readonly string[]): Promise<void> {
  const context = String(contextTokens * parallel);
  const args = ["-m", model, "--alias", "served", "-np", String(parallel), "-c", context];
  const where = { programs: programs ?? "", folder };
  const server = await RunningServer.start(where, [...args, "-t", values.threads]);
  try {
    await longhaul(["run", "--engine", `openai:${server.url}`, "served", ...common]);
  } finally {
    await server.stop();
  }
}

async function servedOf(db: string, mine = 0, theirs = 0): Promise<Served> {
  const document = await longhaul<CompareDocument>(["compare", String(mine), String(theirs), "--db", db]);
  const [served] = document.served ?? [];
  if (served === undefined) throw new Error(`compare ${mine} ${theirs} sets nothing side by side`);
  return served;
}

function rowOf(
  names: readonly (string | number)[],
  answers: readonly Served[],
  speeds: readonly Served[],
): Row {
  const sum = (of: (one: Served) => number): number => answers.reduce((all, one) => all + of(one), 0);
  const here = speeds.map(({ speedHere }) => speedHere);
  const there = speeds.map(({ speedThere }) => speedThere);
  const rates = [here, there].map((side) => side.map((one) => known(one.turnsPerSecond)));
  const firsts = [here, there].map((side) => side.map((one) => known(one.ttftMs)));
  const differing = answers.flatMap((one, pair) => one.differing.map((turn) => ({ ...turn, pair })));
  const told = [sum((one) => one.turns), sum((one) => one.same)].map((count) => count.toLocaleString("en"));
  return {
    cells: [...names, ...told, ...[...rates, ...firsts].map(spread)],
    differing: differing.map((one) => differingText(names, one)),
  };
}

function known(value: number | null): number {
  if (value === null) throw new Error("a speed is not known");
  return value;
}

/** Median, least and most. */
function spread(all: readonly number[]): string {
  return `${short(medianOf(all))} (${short(Math.min(...all))} to ${short(Math.max(...all))})`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en");
}

function differingText(names: readonly (string | number)[], one: Differing): string {
  const gap = one.gap === null ? "not known" : one.gap.toPrecision(2);
  const place = `pair ${one.pair + 1}, rollout ${one.rollout}, turn ${one.turn}`;
  return `- ${names.join(", ")}: ${place}: ${one.here ?? "none"} here, ${one.there ?? "none"} there, gap ${gap}`;
}

/** How much of the machine others had, as far as it was looked at: before each row. */
function sharedText(): string {
  const [least = "", most = ""] = [Math.min(...taken), Math.max(...taken)].map((cores) => cores.toFixed(1));
  const cores = least === most ? most : `${least} to ${most}`;
  const shared =
    Number(most) === 0 ? "" : ": it was shared, and speeds are to be read against each other only";
  return `Before each row other processes took ${cores} of the machine's ${cpus().length} cores${shared}.`;
}

function writeReport(): void {
  const differing = rows.flatMap((row) => row.differing);
  const flags = process.argv.slice(2).filter((one) => !positionals.includes(one));
  const named = [...models.map((one) => basename(one)), ...flags].join(" ");
  const text = [
    `\`npx tsx bench/servers/in-process.ts PROGRAMS ${named}\``,
    "",
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}. ${values.rollouts} rollouts of ${values.turns} turns, greedy, ${values.threads} thread here and behind the server, which is llama-server of the release that the binding ships (\`-np CONVERSATIONS -c ${contextTokens.toLocaleString("en")} each\`), started anew for every run. ${pairs} interleaved pairs a row: turns alike are of all ${pairs} runs behind the server against one in process; speeds are medians (least to most), each by our clock. ${sharedText()}`,
    "",
    "| model | task | conversations | turns asked alike | same answer | turns/s here | turns/s behind the server | first token here, ms | first token behind it, ms |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ...rows.map(({ cells }) => `| ${cells.join(" | ")} |`),
    "",
    differing.length === 0
      ? "No answer differs."
      : "Answers that differ, with how much likelier (in natural logarithms) the model in process held its token than the next where that decided; below 0.05 either may come out:",
    ...(differing.length === 0 ? [] : ["", ...differing]),
    "",
  ].join("\n");
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "in-process.md"), text);
  process.stdout.write(text);
}
