import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Finished, finished, longhaul, main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const models = resolve(import.meta.dirname, "../../models");

/** Types a command line on a terminal of its own. */
function onTerminal(cwd: string, columns: number, words = ""): Promise<Finished> {
  const line = `stty cols ${columns}; '${process.execPath}' '${main}' ${words}`;
  const env = { PATH: process.env["PATH"] ?? "", HOME: cwd, NO_COLOR: "1", TERM: "xterm", LANG: "C.UTF-8" };
  return finished(
    spawn("script", ["-qec", line, "/dev/null"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

function made(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

describe("longhaul without a command", () => {
  it("is help and a failure where nobody types it", async () => {
    const { code, stdout, stderr } = await longhaul();
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: longhaul/);
  });
});

const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
describe.skipIf(!hasScript)("on a terminal (skipped where util-linux's script is missing)", () => {
  it("shows what there is and writes nothing", async () => {
    const place = made("with-models");
    for (const name of ["early", "late"])
      copyFileSync(join(models, `longhaul-ref-${name}.gguf`), join(place, `${name}.gguf`));
    const { code, stdout } = await onTerminal(place, 100);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 models on this machine:/);
    expect(stdout).toMatch(/run late early --rollouts 8 --turns 20/);
    expect(stdout).not.toMatch(/Last results|\u001b/);
    expect(readdirSync(place).toSorted()).toEqual(["early.gguf", "late.gguf"]);
  });

  it("proposes a line that works as it stands, and shows its results the next time", async () => {
    const place = made("to-run");
    const first = await onTerminal(place, 100);
    const [, words = ""] = /main\.js (run --rollouts 8 --turns 20)\r?\n/.exec(first.stdout) ?? [];
    expect((await onTerminal(place, 100, `${words} --threads 1 --quiet`)).code).toBe(0);
    const { stdout } = await onTerminal(place, 100);
    expect(stdout).toMatch(/It takes about \S+ \S+, by their runs in the database/);
    expect(stdout).toMatch(/Last results[^]*longhaul-ref-late +H50 [^\n]* run 2[^]*-early +H50 [^\n]* run 1/);
  });

  it("keeps to the width of the terminal, lines to be typed aside", async () => {
    const { stdout } = await onTerminal(made("narrow"), 50);
    const prose = stdout.split(/\r?\n/).filter((line) => !line.includes("main.js"));
    expect(prose.length).toBeGreaterThan(5);
    expect(prose.filter((line) => stringWidth(line) > 50)).toEqual([]);
  });

  it("says what is wrong with the database, leaves it as it is, and shows the rest", async () => {
    const place = made("damaged");
    const text = "no database, but a text that is long enough to be looked at\n".repeat(20);
    writeFileSync(join(place, "longhaul.db"), text);
    const { code, stdout } = await onTerminal(place, 100);
    expect(code).toBe(0);
    expect(stdout).toMatch(/longhaul\.db: it is no SQLite file/);
    expect(stdout).toMatch(/run --rollouts 8 --turns 20/);
    expect(readFileSync(join(place, "longhaul.db"), "utf8")).toBe(text);
  });
});
