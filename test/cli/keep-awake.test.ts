import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepAwake } from "../../src/runs/keep-awake.ts";
import { finished, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();

/** A folder of programs with a systemd-inhibit of that text alone. */
function tools(name: string, inhibit: string | null): string {
  const path = join(folder, name);
  mkdirSync(path);
  if (inhibit !== null) {
    writeFileSync(join(path, "systemd-inhibit"), `#!/bin/sh\n${inhibit}\n`);
    chmodSync(join(path, "systemd-inhibit"), 0o755);
  }
  return path;
}

function run(path: string, db: string, ...more: readonly string[]) {
  const args = ["run", "--engine", "scripted:p=1", "--keep-awake", "--quiet", "--db", join(folder, db)];
  return start([...args, ...more], { PATH: path });
}

const isThere = (pid: number): boolean => existsSync(`/proc/${pid}`);

async function eventually(isSo: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && !isSo(); attempt++)
    await new Promise((done) => setTimeout(done, 100));
  return isSo();
}

describe.skipIf(process.platform !== "linux")("--keep-awake", () => {
  // What it is told to run ends with its input.
  const told = join(folder, "told");
  const inhibits = tools("inhibits", `echo $$ "$@" > ${told}\nexec /bin/cat`);
  const pidOf = (): number => Number(readFileSync(told, "utf8").split(" ")[0]);

  it.for(["SIGTERM", "SIGKILL"] as const)("ends with the program: %s", async (signal) => {
    const db = `${signal}.db`;
    const going = run(inhibits, db, "--rollouts", "300", "--turns", "300");
    await until(join(folder, db), "SELECT 1 FROM run");
    expect(await eventually(() => existsSync(told))).toBe(true);
    expect(readFileSync(told, "utf8")).toMatch(/--what=idle:sleep --who=longhaul/);
    const pid = pidOf();
    expect(isThere(pid)).toBe(true);
    going.kill(signal);
    const { stderr } = await finished(going);
    expect(await eventually(() => !isThere(pid))).toBe(true);
    expect(stderr).not.toContain("--keep-awake");
  });

  it("goes on where it cannot be done, and says so", async () => {
    const without = await finished(run(tools("without", null), "without.db", "--turns", "2"));
    expect(without.code, without.stderr).toBe(0);
    expect(without.stderr).toMatch(/--keep-awake: systemd-inhibit .*\(.*ENOENT.*\), so it may sleep\./);
    const refused = tools("refused", "echo 'Failed to inhibit: Access denied' >&2; exit 1");
    const denied = await finished(run(refused, "refused.db", "--rollouts", "200", "--turns", "100"));
    expect(denied.code, denied.stderr).toBe(0);
    expect(denied.stderr).toMatch(/\(Failed to inhibit: Access denied\), so it may sleep\./);
  });
});

describe("--keep-awake on a system without such a tool", () => {
  it("says so and does nothing", () => {
    const said: string[] = [];
    keepAwake((words) => said.push(words), "win32")();
    expect(said).toEqual([
      "--keep-awake: not known how on win32, so see to it yourself that the machine does not sleep.",
    ]);
  });
});
