import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, hostname, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type DoctorDocument, doctorDocumentSchema } from "../../src/doctor/doctor-schema.ts";
import { documentWith, healthy, withPlace } from "../doctor/planted.ts";
import { type Finished, finished, longhaul, main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const ownPackage = resolve(dirname(main), "..");

interface Circumstances {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the program is started by. */
  readonly under?: readonly string[];
  readonly program?: string;
}

/** Starts it as it stands, without the environment of this process. */
function doctor(
  args: readonly string[],
  { cwd, env = {}, under = [], program = main }: Circumstances,
): Promise<Finished> {
  const [first = process.execPath, ...rest] = [...under, process.execPath, program, "doctor", ...args];
  const own = { PATH: process.env["PATH"] ?? "", HOME: cwd, TMPDIR: "/tmp", ...env };
  return finished(spawn(first, rest, { cwd, env: own, stdio: ["ignore", "pipe", "pipe"] }));
}

function works(under: readonly string[]): boolean {
  const [first = "", ...rest] = under;
  return spawnSync(first, [...rest, process.execPath, main, "--version"], { cwd: "/" }).status === 0;
}

function made(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function stateOf({ checks }: DoctorDocument, wanted: string): string | undefined {
  return checks.find(({ check }) => check === wanted)?.state;
}

/** A copy of the program, in which something can be broken. */
function copiedProgram(): string {
  const copy = made("copy");
  for (const name of ["dist", "models", "package.json"])
    cpSync(join(ownPackage, name), join(copy, name), { recursive: true });
  symlinkSync(join(ownPackage, "node_modules"), join(copy, "node_modules"));
  return copy;
}

describe("longhaul doctor", () => {
  const cwd = made("place-of-zebulon");
  const temporary = made("scratch-of-zebulon");
  const affinity = ["/usr/bin/taskset", "-c", "0"];
  const canBind = works(affinity) && cpus().length > 1;

  it("finds a machine without a compiler usable, names nobody and nothing of it, and leaves nothing behind", async () => {
    const told = await doctor(["--json"], {
      cwd,
      env: { PATH: made("no-programs"), TMPDIR: temporary, HOME: join(cwd, "home-of-zebulon") },
      under: canBind ? affinity : [],
    });
    expect([told.code, told.stderr]).toEqual([0, ""]);
    const document = doctorDocumentSchema.parse(JSON.parse(told.stdout));
    expect(document.facts.system.buildTools).toEqual([]);
    expect(document.facts.selfTests.map(({ end }) => end)).toEqual(["right", "right"]);
    expect(document.checks.filter(({ state }) => state === "problem")).toEqual([]);
    if (canBind) {
      expect(document.facts.cores.allowed).toBe(1);
      expect(stateOf(document, "processor")).toBe("warning");
    }
    expect(told.stdout).not.toMatch(/zebulon|longhaul-test/);
    const asWord = (name: string): RegExp => new RegExp(`(?<!\\w)${name}(?!\\w)`);
    // Somebody may be called "node".
    const ours = JSON.stringify(documentWith(healthy));
    for (const name of [hostname(), userInfo().username])
      if (!asWord(name).test(ours)) expect(told.stdout).not.toMatch(asWord(name));
    expect([readdirSync(cwd), readdirSync(temporary)]).toEqual([[], []]);
  });

  it("tells figures that come out wrong, and a file that is no database, with exit code 1", async () => {
    const copy = copiedProgram();
    copyFileSync(join(copy, "models/longhaul-ref-early.gguf"), join(copy, "models/longhaul-ref-late.gguf"));
    const text = join(folder, "text.db");
    writeFileSync(text, "no database, but a text that is long enough to be looked at\n".repeat(20));
    const { code, stdout } = await doctor(["--db", text], {
      cwd,
      program: join(copy, "dist/main.js"),
    });
    const told = stdout.replaceAll(/\s+/g, " ");
    expect(code).toBe(1);
    expect(told).toMatch(/problem database Cannot be used: it is no SQLite file/);
    expect(told).toMatch(/problem reference model .*\(\d+ of 40 right, .*no figure of this machine can be/);
    expect(told).toMatch(/Not usable yet: 2 problems/);
  });

  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  it.skipIf(!works(nobody))(
    "tells a user who may not write what to do (skipped where setpriv is missing or not permitted)",
    async () => {
      const closed = made("closed");
      for (const path of [folder, closed]) chmodSync(path, 0o755);
      const { code, stdout } = await doctor([], { cwd: closed, under: nobody });
      const told = stdout.replaceAll(/\s+/g, " ");
      expect(code).toBe(1);
      expect(told).toContain(`problem database folder ${closed}: nothing may be written there (EACCES)`);
      expect(told).toMatch(/warning cache folder/);
      expect(told).toMatch(/ok temporary folder \/tmp: may be written/);
      expect(told).toMatch(/ok reference model/);
    },
  );

  it("says again what a report of another machine holds, with the same exit code", async () => {
    const path = join(folder, "other.json");
    const facts = withPlace({ name: "database", isWritable: false, code: "EROFS" });
    writeFileSync(path, JSON.stringify(documentWith(facts)));
    const { code, stdout } = await longhaul("doctor", "--from", path);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/problem {2}database folder .*\(EROFS\)/)]);
    writeFileSync(path, JSON.stringify(documentWith(healthy)));
    const json = await longhaul("doctor", "--from", path, "--json");
    expect([json.code, doctorDocumentSchema.parse(JSON.parse(json.stdout)).state]).toEqual([0, "ok"]);
  });

  it("refuses to read what no doctor wrote", async () => {
    for (const path of [join(folder, "none.json"), join(ownPackage, "package.json")]) {
      const { code, stderr } = await longhaul("doctor", "--from", path);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`--from ${path}: is nothing that doctor`)]);
    }
  });

  it("has colours where they are welcome, and none in a pipe", async () => {
    const path = join(folder, "well.json");
    writeFileSync(path, JSON.stringify(documentWith(healthy)));
    const colour = { env: { FORCE_COLOR: "1" }, cwd };
    expect((await doctor(["--from", path], colour)).stdout).toContain("\u001b[32mok");
    expect((await doctor(["--from", path], { cwd })).stdout).not.toContain("\u001b");
  });
});
