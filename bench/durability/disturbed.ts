import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { nowMs, sleep } from "../../src/clock.ts";
import type { Random } from "../../src/random.ts";
import { migrations } from "../../src/store/migrations.ts";

/** What is run, and how it is disturbed. */
export interface Chaos {
  /** The built program. */
  readonly main: string;
  /** Of `longhaul run`, but the database. */
  readonly args: readonly string[];
  readonly random: Random;
  /** How long a stopped process stands still. */
  readonly stopMs: number;
  /** A file of an earlier version with runs of its own, which the run is written into; null: into a new one. */
  readonly older: OlderFile | null;
}

export interface OlderFile {
  readonly path: string;
  /** The highest id of its runs. */
  readonly runs: number;
}

/** A run that nobody disturbs. */
export interface Whole {
  /** Of every sample of every turn, all but times; and of every rollout. */
  readonly rows: readonly string[];
  readonly ms: number;
}

/** A run that was disturbed, and what became of it. */
export interface Disturbed {
  readonly kills: readonly string[];
  /** Rows that were in the file after a kill and are not as they were in the end. */
  readonly lost: number;
  /** Whether all rows are those of the whole run. */
  readonly isSame: boolean;
  /** Whether `verify` holds, and what stood in the file before stands there still. */
  readonly holds: boolean;
}

export async function unbroken(chaos: Chaos, db: string): Promise<Whole> {
  begin(chaos, db);
  const startMs = nowMs();
  const { code, stderr } = await ended(start(chaos, ["run", ...chaos.args, "--db", db]));
  if (code !== 0) throw new Error(`the run that nobody disturbs ended with ${code}: ${stderr}`);
  return { rows: rowsOf(chaos, db), ms: nowMs() - startMs };
}

/** @param atMost kills, after which it is left alone to finish */
export async function disturbed(chaos: Chaos, whole: Whole, db: string, atMost: number): Promise<Disturbed> {
  begin(chaos, db);
  const older = olderRows(chaos, db);
  const kills: string[] = [];
  const seen: string[][] = [];
  for (let tries = 0; tries < 5 * (atMost + 1) && statusOf(chaos, db) !== "complete"; tries++) {
    const child = start(chaos, [...commandFor(chaos, db), "--db", db]);
    if (kills.length >= atMost) {
      await ended(child);
      continue;
    }
    const end = ended(child);
    const afterMs = chaos.random.unit() * whole.ms;
    if ((await Promise.race([end.then(() => null), sleep(afterMs).then(() => "time")])) === null) continue;
    const during = chaos.older !== null && !isUpToDate(db) ? " while the file was migrated" : "";
    kills.push(`${await kill(chaos, child)} after ${Math.round(afterMs)} ms${during}`);
    await end;
    seen.push(rowsOf(chaos, db));
  }
  const last = rowsOf(chaos, db);
  const rows = new Set(last);
  const { code } = await ended(start(chaos, ["verify", ...idsOf(chaos, db), "--db", db]));
  return {
    kills,
    lost: seen.flat().filter((row) => !row.startsWith("end") && !rows.has(row)).length,
    isSame: last.length === whole.rows.length && last.every((row, index) => row === whole.rows[index]),
    holds: code === 0 && JSON.stringify(olderRows(chaos, db)) === JSON.stringify(older),
  };
}

function begin({ older }: Chaos, db: string): void {
  if (older !== null) copyFileSync(older.path, db);
}

/** What was begun goes on; where the model was still being looked at, there is nothing to go on with. */
function commandFor(chaos: Chaos, db: string): string[] {
  const [begun] = read(
    db,
    `SELECT 1 FROM run WHERE ${lastRun(chaos)} AND (model_id IS NOT NULL OR engine = 'scripted')`,
  );
  return begun === undefined ? ["run", ...chaos.args, "--quiet"] : ["resume", "--last", "--quiet"];
}

function lastRun({ older }: Chaos): string {
  return `id = (SELECT max(id) FROM run WHERE id > ${older?.runs ?? 0})`;
}

function idsOf({ older }: Chaos, db: string): string[] {
  const rows = read(db, `SELECT id FROM run WHERE id > ${older?.runs ?? 0}`) as { readonly id: number }[];
  return rows.map(({ id }) => String(id));
}

/** What is to be read of the earlier runs in any version. */
function olderRows({ older }: Chaos, db: string): unknown[] {
  if (older === null) return [];
  return read(
    db,
    `SELECT run_id, count(*), sum(turn * value), sum(expected), sum(length(text)), total(ttft_ms), total(decode_ms),
      sum(prompt_tokens) FROM turn WHERE run_id <= ${older.runs} GROUP BY run_id ORDER BY run_id`,
  );
}

function isUpToDate(db: string): boolean {
  const [row] = read(db, "PRAGMA user_version") as { readonly user_version: number }[];
  return row?.user_version === migrations.length;
}

const signals = ["SIGKILL", "SIGTERM", "SIGINT", "SIGABRT", "SIGSTOP"] as const;

/** @returns what was done to whom */
async function kill({ random, stopMs }: Chaos, parent: ChildProcess): Promise<string> {
  const signal = random.pick(signals);
  const drawn = random.pick(["parent", "worker", "both"] as const);
  // What aborts by itself is tried again with fewer conversations, which is another run (test/cli/tried-again.test.ts).
  const who = signal === "SIGABRT" && drawn === "worker" ? "both" : drawn;
  const workers = parent.pid === undefined ? [] : childrenOf(parent.pid);
  const pids = [...(who === "worker" ? [] : [parent.pid ?? 0]), ...(who === "parent" ? [] : workers)];
  send(pids, signal);
  if (signal !== "SIGSTOP") return `${signal} to ${who}`;
  await sleep(stopMs);
  const then = random.pick(["SIGCONT", "SIGKILL"] as const);
  send(pids, then);
  // Who only stood still goes on by himself.
  if (then === "SIGCONT" || who === "worker") send([parent.pid ?? 0], "SIGTERM");
  return `SIGSTOP and ${then} to ${who}`;
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      if (pid > 0) process.kill(pid, signal);
    } catch {
      // It is gone already.
    }
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function start({ main }: Chaos, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
}

function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly stderr: string }> {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done) => child.on("exit", (code) => done({ code, stderr })));
}

/** Null: there is no run. */
function statusOf(chaos: Chaos, db: string): string | null {
  const rows = read(db, `SELECT status FROM run WHERE ${lastRun(chaos)}`);
  return (rows[0] as { status: string } | undefined)?.status ?? null;
}

function rowsOf(chaos: Chaos, db: string): string[] {
  const turns = read(
    db,
    `SELECT rollout, turn, attempt, sample, policy, injected, history_answers, history_wrong, keys, value, truth,
      shown_before, values_since, expected, text, reasoning, token_ids, stop, prompt_tokens, reused_tokens,
      prefilled_tokens, decoded_tokens, reasoning_tokens, conversations, answer_form, again_reason, class, answer,
      turn_correct, task_correct FROM turns WHERE run_${lastRun(chaos)} ORDER BY 1, 2, 3`,
  );
  const ends = read(
    db,
    `SELECT rollout, dictionary, end FROM rollout WHERE run_${lastRun(chaos)} ORDER BY 1`,
  );
  return [
    ...turns.map((row) => `turn ${JSON.stringify(row)}`),
    ...ends.map((row) => `end ${JSON.stringify(row)}`),
  ];
}

function read(db: string, sql: string): unknown[] {
  if (!existsSync(db)) return [];
  try {
    const database = new Sqlite(db, { readonly: true });
    const rows = database.prepare(sql).all();
    database.close();
    return rows;
  } catch {
    // Killed before it had a schema.
    return [];
  }
}
