import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { nowMs } from "../../src/clock.ts";

/** What became of the program with a bad file. */
export interface Played {
  readonly code: number | null;
  /** By which the program itself was ended; null: it ended by itself. */
  readonly signal: string | null;
  readonly isHung: boolean;
  readonly hasStack: boolean;
  readonly seconds: number;
  /** Why a run failed, or what was refused; null: it ran. */
  readonly refusal: string | null;
}

const main = resolve(import.meta.dirname, "../../dist/main.js");
const secondsMax = 300;

/**
 * One turn through the built command line.
 *
 * @param folder for the database and what is remembered of files
 */
export function play(args: readonly string[], folder: string): Promise<Played> {
  const startMs = nowMs();
  const sizes = ["--rollouts", "1", "--turns", "1", "--threads", "1", "--max-answer-tokens", "32"];
  const child = spawn(
    process.execPath,
    [main, "run", ...args, ...sizes, "--db", `${folder}/runs.db`, "--json", "--quiet"],
    { env: { ...process.env, XDG_CACHE_HOME: folder }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    child.kill("SIGKILL");
  }, secondsMax * 1000);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({
        code,
        signal: isHung ? null : signal,
        isHung,
        hasStack: /^\s+at .*:\d+:\d+\)?$/m.test(stdout + stderr),
        seconds: Number(((nowMs() - startMs) / 1000).toFixed(1)),
        refusal: code === 0 ? null : (errorIn(stdout) ?? (stderr.trim() || "nothing was said")),
      });
    });
  });
}

/** Of the first run of a document. */
function errorIn(stdout: string): string | null {
  try {
    const document = JSON.parse(stdout) as { readonly runs: readonly { readonly error: string | null }[] };
    return document.runs[0]?.error ?? null;
  } catch {
    return null;
  }
}
