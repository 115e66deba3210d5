import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nowMs } from "../clock.ts";

/** How a process ended, and what it said. */
export interface Ended {
  /** Null: a signal ended it, or it could not be started. */
  readonly code: number | null;
  readonly isLate: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/**
 * Runs a file of this program in a process of its own, to its end or for so long; never rejects.
 *
 * @param file from the folder of the built program
 * @param env beside this process's
 */
export function runNode(
  file: string,
  args: readonly string[],
  limitMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const startMs = nowMs();
  return new Promise((resolve) => {
    const options = { timeout: limitMs, maxBuffer: mostBytes, env: { ...process.env, ...env } } as const;
    const child = execFile(
      process.execPath,
      [...process.execArgv, path, ...args],
      { ...options, killSignal: "SIGKILL", windowsHide: true },
      (_, stdout, stderr) => {
        const { exitCode, killed } = child;
        resolve({ code: exitCode, isLate: killed, stdout, stderr, ms: nowMs() - startMs });
      },
    );
  });
}

const mostBytes = 16e6;
