import { join } from "node:path";
import type { RunDocument } from "../figures/run-schema.ts";
import { makeTemporaryFolder } from "../hardware/temporary-folder.ts";
import { referenceModels } from "../runs/shipped.ts";
import type { SelfTest } from "./doctor-schema.ts";
import { type Ended, runNode } from "./node-process.ts";
import { privateText } from "./private-text.ts";

/** What a run must come to, whatever the machine. */
interface Truth {
  readonly name: SelfTest["name"];
  /** Of `longhaul run`. */
  readonly args: readonly string[];
  readonly answers: number;
  readonly right: number;
  /** H50 in turns; null: beyond the last. */
  readonly horizon: number | null;
  /** Many times what it takes where nothing else runs. */
  readonly limitMs: number;
}

const truths: readonly Truth[] = [
  {
    name: "simulated",
    // The first turn of each rollout is right, and no other.
    args: ["--engine", "scripted:p=0,free-first=1", "--rollouts", "4", "--turns", "5"],
    answers: 20,
    right: 4,
    horizon: 2,
    limitMs: 20_000,
  },
  {
    name: "reference",
    // It makes no error within 60 turns (models/README.md).
    args: [
      join(referenceModels(), "longhaul-ref-late.gguf"),
      "--rollouts",
      "4",
      "--turns",
      "10",
      "--threads",
      "1",
    ],
    answers: 40,
    right: 40,
    horizon: null,
    limitMs: 60_000,
  },
];

/**
 * Plays short runs with known truth as a user would, each in a process of its own, with a database in a scratch folder
 * that goes with them.
 *
 * @param canRun whether there is somewhere to keep it
 */
export async function selfTests(canRun: boolean): Promise<SelfTest[]> {
  if (!canRun) return truths.map(({ name }) => ({ name, end: "none", ms: null, why: null }));
  const folder = makeTemporaryFolder("doctor");
  try {
    const done: SelfTest[] = [];
    for (const truth of truths) done.push(await tried(truth, folder.path));
    return done;
  } finally {
    folder.remove();
  }
}

async function tried(truth: Truth, folder: string): Promise<SelfTest> {
  const { name, args, limitMs } = truth;
  const places = ["--db", join(folder, `${name}.db`)];
  // What it finds out is kept there, too.
  const env = { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder };
  const ended = await runNode("main.js", ["run", ...args, ...places, "--json", "--quiet"], limitMs, env);
  const { ms, isLate } = ended;
  if (isLate) return { name, end: "slow", ms, why: null };
  const run = runIn(ended);
  if (run?.status !== "complete")
    return { name, end: "failed", ms, why: privateText(run?.error ?? ended.stderr) };
  const found = foundIn(run);
  const expected = `${truth.right} of ${truth.answers} right, H50 ${truth.horizon ?? "beyond"}`;
  return found === expected
    ? { name, end: "right", ms, why: null }
    : { name, end: "wrong", ms, why: `${found}; it must be ${expected}` };
}

type Run = RunDocument["runs"][number];

function runIn({ stdout }: Ended): Run | null {
  try {
    return (JSON.parse(stdout) as RunDocument).runs[0] ?? null;
  } catch {
    return null;
  }
}

function foundIn({ overallTurnAccuracy: { n, correct }, horizons }: Run): string {
  const half = horizons.find(({ s }) => s === 0.5);
  return `${correct} of ${n} right, H50 ${half?.status === "beyond" ? "beyond" : (half?.turns ?? "unknown")}`;
}
