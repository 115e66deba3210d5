import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const model = resolve(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
const spins = join(folder, "spins.jinja");
writeFileSync(
  spins,
  "{% for i in range(100000) %}{% for j in range(100000) %}{{ '' }}{% endfor %}{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}",
);
const endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
const none = join(folder, "none.db");

/** Processes that a process started, by their number. */
function childrenOf(pid: number | undefined): number[] {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    return [];
  }
}

function lives(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function eventually(isSo: () => boolean, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 100) {
    if (isSo()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return isSo();
}

// What is seen of processes here is seen in /proc.
describe.skipIf(!existsSync("/proc/self/stat")).concurrent("whatever ends the parent ends its worker", () => {
  const tasks: Readonly<Record<string, readonly string[]>> = {
    "a run": ["run", model, "--turns", "400", "--parallel", "1", "--db", join(folder, "run.db")],
    "a template that never ends": ["run", model, "--chat-template", spins, "--db", none],
    "a statement that never ends": ["sql", endless, "--db", join(folder, "sql.db")],
    "a speed test": ["speed", model, "-p", "16", "-n", "16", "-r", "5000", "--db", join(folder, "speed.db")],
  };
  const names = Object.keys(tasks);
  const cases = [
    ...names.flatMap((name) => [["SIGKILL", name] as const, ["SIGTERM", name] as const]),
    ["SIGHUP", "a run"] as const,
    ["SIGABRT", "a run"] as const,
  ];

  it.for(cases)("%s to %s", { timeout: 90_000 }, async ([signal, name]) => {
    const args = (tasks[name] ?? []).map((word) => word.replace(/(\w+)\.db$/, `$1-${signal}.db`));
    if (name.includes("statement"))
      await longhaul(
        ..."run --engine scripted:p=1 --rollouts 1 --turns 1 --db".split(" "),
        args.at(-1) ?? "",
      );
    const parent = start([...args, ...(name.includes("statement") ? [] : ["--quiet"])]);
    expect(await eventually(() => childrenOf(parent.pid).length > 0, 30_000)).toBe(true);
    // Well into what it does.
    await new Promise((done) => setTimeout(done, 1_500));
    const workers = childrenOf(parent.pid);
    parent.kill(signal);
    if (signal === "SIGTERM") {
      // The first asks, the second does not.
      await new Promise((done) => setTimeout(done, 500));
      parent.kill(signal);
    }
    expect(await eventually(() => !workers.some(lives), 25_000)).toBe(true);
  });
});
