import { spawn } from "node:child_process";
import Sqlite from "better-sqlite3";
import { nowMs } from "../../src/clock.ts";

/** What became of two runs that wrote to one file at once. */
export interface Together {
  readonly seconds: number;
  readonly turns: number;
  /** Turns that should be there and are not. */
  readonly missing: number;
  readonly reads: number;
  readonly holds: boolean;
}

const turnsASecond = 40;

/** @param seconds for about how long both write */
export async function together(main: string, db: string, seconds: number): Promise<Together> {
  const startMs = nowMs();
  const turns = Math.max(1, Math.round((seconds * turnsASecond) / 4));
  const args = (seed: number): string[] => [
    ...["run", "--engine", `scripted:p=0.9,seed=${seed},delay-ms=${(4 * 1000) / turnsASecond}`],
    ...["--rollouts", "4", "--turns", String(turns), "--db", db, "--quiet"],
  ];
  const both = Promise.all([1, 2].map((seed) => ended(main, args(seed))));
  let reads = 0;
  let codes: readonly (number | null)[] | null = null;
  while (codes === null) {
    if ((await ended(main, ["ls", "--db", db])) === 0) reads++;
    codes = await Promise.race([both, Promise.resolve(null)]);
  }
  const database = new Sqlite(db, { readonly: true });
  const there = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
  database.close();
  return {
    seconds: (nowMs() - startMs) / 1000,
    turns: there,
    missing: 2 * 4 * turns - there,
    reads,
    holds: codes.every((code) => code === 0) && (await ended(main, ["verify", "--db", db])) === 0,
  };
}

function ended(main: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [main, ...args], { stdio: "ignore" });
  return new Promise((done) => child.on("exit", (code) => done(code)));
}
