import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { finished, query, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const model = join(folder, "tiny.gguf");
writeTinyLlama(model);

/** Workers of a process, by their number. */
function workersOf(pid: number | undefined): number[] {
  try {
    const found = execFileSync("pgrep", ["-P", String(pid), "-f", "runs/worker"], { encoding: "utf8" });
    return found.trim().split("\n").map(Number);
  } catch {
    return [];
  }
}

/** Runs the model, and signals its worker at that moment. */
async function ended(signal: NodeJS.Signals, moment: "looked at" | "loaded" | "played") {
  const db = join(folder, `${signal} ${moment}.db`);
  const size = ["--turns", "30", "--rollouts", "1000", "--shots", "0", "--max-answer-tokens", "8"];
  const flags = ["--parallel", "1", "--gpu", "off", "--threads", "1", "--quiet"];
  const parent = start(["run", model, ...size, ...flags, "--db", db]);
  const done = finished(parent);
  const seen = new Set<number>();
  while (parent.exitCode === null && parent.signalCode === null) {
    for (const pid of workersOf(parent.pid)) seen.add(pid);
    const isDue =
      moment === "looked at"
        ? seen.size === 1
        : seen.size === 2 && (moment === "loaded" || (await hasTurns(db)));
    const pid = [...seen].at(-1);
    if (isDue && pid !== undefined && existsSync(`/proc/${pid}`)) process.kill(pid, signal);
    await new Promise((wait) => setTimeout(wait, 20));
  }
  const { code, stderr } = await done;
  expect(stderr).not.toMatch(/\n +at /);
  const [run] = await query(db, "SELECT status, error FROM run");
  const [event] = await query(db, "SELECT data FROM event WHERE kind = 'engine-end'");
  const { cause, signal: by } = JSON.parse(String(event?.["data"])) as Record<string, unknown>;
  return { code, ...run, error: String(run?.["error"]).replace(/^tiny\.gguf: /, ""), cause, by };
}

async function hasTurns(db: string): Promise<boolean> {
  const rows = await query(db, "SELECT 1 FROM turn LIMIT 1").catch(() => []);
  return rows.length > 0;
}

describe.skipIf(!existsSync("/proc/self/stat"))("the end of an engine's process", () => {
  it("by kill -9 is called the same while a model is looked at, loaded and played", async () => {
    const [looked, loaded, played] = [
      await ended("SIGKILL", "looked at"),
      await ended("SIGKILL", "loaded"),
      await ended("SIGKILL", "played"),
    ];
    expect(played).toMatchObject({ code: 75, status: "interrupted", cause: "killed", by: "SIGKILL" });
    // There is nothing to go on with.
    expect(looked).toEqual({ ...played, code: 1 });
    expect(loaded).toEqual(played);
  }, 60_000);

  it("by a fault of its own, too", async () => {
    const played = await ended("SIGSEGV", "played");
    expect(played).toMatchObject({ code: 1, status: "failed", cause: "fault", by: "SIGSEGV" });
    expect(await ended("SIGSEGV", "looked at")).toEqual(played);
  }, 60_000);
});
