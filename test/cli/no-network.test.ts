import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { finished, main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "alone.db");
const suite = join(folder, "alone.yaml");
const model = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
const size = ["--rollouts", "2", "--turns", "2", "--quiet"];
const commands = [
  ["run", "--engine", "scripted:p=0.9", ...size],
  ["run", model, "--threads", "1", ...size],
  ["suite", "run", suite, "--quiet"],
  ["compare"],
  ["report", "-o", join(folder, "alone.html")],
  ["doctor"],
];
const calls = join(folder, "calls.txt");
// What a machine is told by: sockets of other kinds stay on it (Node's own are AF_UNIX).
const strace = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o", calls];
const unshare = ["unshare", "-rn"];

/** Whether a program is there and may do what it is for. */
function works([program = "", ...args]: readonly string[]): boolean {
  return spawnSync(program, [...args, process.execPath, "-e", "0"]).status === 0;
}

/** Carries out something under a program, and says so where it fails. */
async function under([program = "", ...own]: readonly string[], ...args: readonly string[]): Promise<void> {
  const child = spawn(program, [...own, process.execPath, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const { code, stderr } = await finished(child);
  expect(code, `${args.join(" ")}: ${stderr}`).toBe(0);
}

beforeAll(() => {
  writeFileSync(
    suite,
    "name: alone\nmodels: ['scripted:p=0.9']\ndefaults: { turns: 2, rollouts: 2 }\nexperiments: [{ use: horizon }]\n",
  );
});

describe.skipIf(!works(strace))("traced (skipped where strace is missing or may not trace)", () => {
  it("a connection would be seen", async () => {
    const connect = "require('node:net').connect(9, '127.0.0.1').on('error', () => undefined)";
    await under(strace, "-e", connect);
    expect(readFileSync(calls, "utf8")).toMatch(/AF_INET/);
  });

  it.each(commands)("no address of a network is named by: %s %s", { timeout: 60_000 }, async (...args) => {
    await under(strace, main, ...args, "--db", db);
    expect(readFileSync(calls, "utf8")).not.toMatch(/AF_INET/);
  });
});

describe.skipIf(!works(unshare))(
  "without a network (skipped where unshare is missing or not permitted)",
  () => {
    it.each(commands)("works: %s %s", { timeout: 60_000 }, async (...args) => {
      await under(unshare, main, ...args, "--db", join(folder, "without.db"));
    });
  },
);
