import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll } from "vitest";

/** The built program. */
export const main = resolve(import.meta.dirname, "../../dist/main.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command line, as a user would. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Waits for its end. */
export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done) => child.on("close", (code) => done({ code, stdout, stderr })));
}

export function longhaul(...args: readonly string[]): Promise<Finished> {
  return finished(start(args));
}

/** Rows of a query as the command line tells them: a run whose process is gone stands there as interrupted. */
export async function toldRows(db: string, sql: string): Promise<Record<string, unknown>[]> {
  const { stdout, stderr, code } = await longhaul("sql", sql, "--db", db, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

/** Rows of a query, as they stand in the file. */
export async function query(db: string, sql: string): Promise<Record<string, unknown>[]> {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare<[], Record<string, unknown>>(sql).all();
  } finally {
    database.close();
  }
}

/** A folder that goes with the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves when the query has rows, asked again and again while a run writes. */
export async function until(db: string, sql: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const rows = await query(db, sql).catch(() => []);
    if (rows.length > 0) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`nothing came of: ${sql}`);
}
