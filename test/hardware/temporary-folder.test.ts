import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { finished, main, temporaryFolder, until } from "../cli/longhaul.ts";

const folder = temporaryFolder();
const model = join(folder, "tiny.gguf");
writeTinyLlama(model);
const size = "--turns 30 --shots 0 --max-answer-tokens 8 --gpu off --threads 1 --quiet".split(" ");

/** A run whose temporary folders lie in a folder of their own. */
function run(temporary: string, db: string, ...more: readonly string[]): ChildProcess {
  mkdirSync(temporary, { recursive: true });
  return spawn(process.execPath, [main, "run", model, ...size, "--db", db, ...more], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function left(temporary: string): string[] {
  return readdirSync(temporary)
    .filter((name) => name.startsWith("longhaul-"))
    .map((name) => name.replace(/-[^-]*$/, ""));
}

describe.skipIf(!existsSync("/proc/self/stat"))("temporary folders", () => {
  it("of a killed program go at the next start, those of a living one stay", {
    timeout: 60_000,
  }, async () => {
    const temporary = join(folder, "killed");
    const db = join(folder, "killed.db");
    const killed = run(temporary, db, "--rollouts", "64", "--parallel", "2");
    await until(db, "SELECT 1 FROM turn");
    expect(left(temporary)).toEqual(["longhaul-engine"]);
    const living = run(temporary, join(folder, "living.db"), "--rollouts", "2000", "--parallel", "2");
    await until(join(folder, "living.db"), "SELECT 1 FROM turn");
    expect(left(temporary)).toEqual(["longhaul-engine", "longhaul-engine"]);
    killed.kill("SIGKILL");
    await finished(killed);
    // Its worker ends within seconds; then the next one finds what it left.
    await new Promise((done) => setTimeout(done, 6_000));
    const { code } = await finished(run(temporary, db, "--rollouts", "1"));
    expect(code).toBe(0);
    expect(left(temporary)).toEqual(["longhaul-engine"]);
    living.kill("SIGTERM");
    await finished(living);
    expect(left(temporary)).toEqual([]);
  });

  it("of others stay, as do those that nobody can tell of", { timeout: 60_000 }, async () => {
    const temporary = join(folder, "others");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const own = { host: hostname(), boot, namespace: "pid:[1]", pid: 2 ** 22 + 1, start: null };
    const kept: Record<string, object | null> = {
      "another container": own,
      "another machine": { ...own, host: "elsewhere", boot: "b" },
      nobody: null,
      "a stranger": { pid: "x" },
    };
    const gone = { "before this start": { ...own, boot: "an earlier one" } };
    for (const [name, owner] of Object.entries({ ...kept, ...gone })) {
      const path = join(temporary, `longhaul-${name}-x`);
      mkdirSync(path, { recursive: true });
      if (owner !== null) writeFileSync(join(path, "owner.json"), JSON.stringify(owner));
    }
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere", "owner.json"), JSON.stringify(gone["before this start"]));
    symlinkSync(join(folder, "elsewhere"), join(temporary, "longhaul-a link-x"));
    await finished(run(temporary, join(folder, "others.db"), "--rollouts", "1"));
    expect(left(temporary).toSorted()).toEqual(
      [...Object.keys(kept), "a link"].map((name) => `longhaul-${name}`).toSorted(),
    );
    expect(existsSync(join(folder, "elsewhere", "owner.json"))).toBe(true);
  });
});
