import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const suite = join(folder, "one.yaml");
const drawn = (db: string) => longhaul("export", "--db", db, "--svg", "horizon-one-horizon");

describe("a horizon experiment of models that differ in size", () => {
  beforeAll(() => {
    const sizes = [2, 5].map((keys) => `  - { name: K=${keys}, keysPerTurn: ${keys} }\n`).join("");
    writeFileSync(
      suite,
      `name: one\ndefaults: { turns: 30, rollouts: 20 }\nsettings:\n${sizes}experiments:\n  - use: horizon\n`,
    );
  });

  it("has a figure of H50 by parameters, in steps, a line for each size of turns", async () => {
    const db = join(folder, "sizes.db");
    const models = ["p=0.97,parameters=100000000", "p=0.99,parameters=4000000000"];
    await longhaul("suite", "run", suite, ...models.map((one) => `scripted:${one}`), "--db", db, "--quiet");
    const { stdout, code } = await drawn(db);
    expect(code).toBe(0);
    for (const text of ["H50, steps", "parameters", "K=2", "K=5"]) expect(stdout).toContain(text);
  });

  it("has none where all are of one size", async () => {
    const db = join(folder, "one-size.db");
    const models = ["p=0.97,parameters=100000000", "p=0.99,parameters=100000000"];
    await longhaul("suite", "run", suite, ...models.map((one) => `scripted:${one}`), "--db", db, "--quiet");
    const { stderr, code } = await drawn(db);
    expect(code).toBe(2);
    expect(stderr).toContain("no such figure");
  });
});
