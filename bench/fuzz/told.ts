import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a command ended. */
export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What no input may do to the program; null: none of it. */
  readonly fault: "death" | "hang" | "stack trace" | "control characters" | "nothing said" | null;
}

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const patienceMs = 30_000;

/** Runs the built command line and judges its end. */
export function tell(args: readonly string[]): Told {
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    timeout: patienceMs,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 28,
  });
  const told = { code: status, stdout, stderr };
  if (error !== undefined && "code" in error && error.code === "ETIMEDOUT") return { ...told, fault: "hang" };
  if (signal !== null || status === null || status > 2) return { ...told, fault: "death" };
  if (/^\s+at .+:\d+:\d+\)?$/mu.test(stderr)) return { ...told, fault: "stack trace" };
  if (/[^\P{Cc}\n\t\r]/u.test(stdout + stderr)) return { ...told, fault: "control characters" };
  return { ...told, fault: status !== 0 && stderr.trim() === "" && stdout === "" ? "nothing said" : null };
}

/** Counts of words as lines of a table, the most frequent first. */
export function tallied(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const rows = [...counts].toSorted((a, b) => b[1] - a[1]).map(([word, count]) => `| ${word} | ${count} |`);
  return ["| what | times |", "|---|---|", ...rows].join("\n");
}
