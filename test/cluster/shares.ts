import { existsSync, readdirSync, readFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { expect } from "vitest";
import { until } from "./slurm.ts";

/** A turn's row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Every turn of a file, without what cannot be equal in two: numbers, times, which process they came from, and batches with
 * how many conversations those held, since in the whole another one takes the place of one that ended before the others.
 */
export function turnsOf(db: string): string[] {
  const own = query(
    db,
    "SELECT suite, experiment, arm, model, engine_spec, turns.* FROM turns JOIN runs ON runs.id = run_id",
  );
  return own
    .map((row) => JSON.stringify(row, (name, value) => (differs.has(name) ? undefined : value)))
    .toSorted();
}

const differs = new Set([
  ..."id run_id started_at ttft_ms decode_ms inter_token_ms cpu_ms session seal".split(" "),
  ..."first_batch last_batch conversations".split(" "),
]);

/** Which rows of turns there are, and since when. */
export function playedIn(db: string): string[] {
  return query(
    db,
    "SELECT uid, rollout, turn, attempt, turn.id, turn.started_at FROM turn JOIN identity USING (run_id)",
  ).map((row) => JSON.stringify(row));
}

export function query(db: string, sql: string): Row[] {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}

/** Waits until a share has so many turns, and a run of it goes on. */
export function untilInRun(db: string, turns: number): Promise<void> {
  return until(
    () => `${turns} turns in ${db}`,
    () => isInRun(db, turns),
  );
}

/** The script that plays a share. */
export function shellOf(db: string): number {
  const program = processes().find(({ words }) => words.includes(db));
  if (program === undefined) throw new Error(`nobody plays ${db}`);
  return program.parent;
}

/**
 * Kills the program that plays a share, the shell around it and all that they started, in the middle of a run.
 *
 * @returns the turns that were finished then
 */
export async function killHalfWay(db: string, turns: number): Promise<string[]> {
  let tree: number[] = [];
  await until(
    () => `${turns} turns in ${db}`,
    () => {
      if (!isInRun(db, turns)) return false;
      // Looked at once more while it stands still.
      tree = treeOf(db);
      signal(tree, "SIGSTOP");
      if (isInRun(db, turns)) return true;
      signal(tree, "SIGCONT");
      return false;
    },
  );
  expect(tree).not.toEqual([]);
  const played = playedIn(db);
  signal(tree, "SIGKILL");
  return played;
}

function isInRun(db: string, turns: number): boolean {
  if (!existsSync(db)) return false;
  try {
    const running = "SELECT 1 FROM turn JOIN run ON run.id = run_id WHERE status = 'running' LIMIT 1";
    return (
      Number(query(db, "SELECT count(*) AS n FROM turn")[0]?.["n"]) >= turns && query(db, running).length > 0
    );
  } catch {
    // Its tables come after it.
    return false;
  }
}

/** All processes whose command line names a file, and those that they started. */
function treeOf(file: string): number[] {
  const all = processes();
  const tree = new Set(all.filter(({ words }) => words.includes(file)).map(({ pid }) => pid));
  for (let before = -1; before < tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return [...tree];
}

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(processOf);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Of its command line. */
  readonly words: string;
}

function processOf(pid: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [
      { pid: Number(pid), parent: Number(parent), words: readFileSync(`/proc/${pid}/cmdline`, "utf8") },
    ];
  } catch {
    // It ended meanwhile.
    return [];
  }
}

function signal(processes: readonly number[], name: NodeJS.Signals): void {
  for (const pid of processes) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended meanwhile.
    }
  }
}
