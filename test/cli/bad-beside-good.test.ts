import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSplitTinyLlama, writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
const common = ["--rollouts", "1", "--turns", "1", "--threads", "1", "--gpu", "off", "--quiet"] as const;

/** A folder of models, by what each is: they are measured in the order of their names. */
function models(name: string, kinds: readonly (keyof typeof writers)[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  kinds.forEach((kind, index) => writers[kind](join(path, `${"abcdef"[index]}-${kind}.gguf`)));
  return path;
}

const writers = {
  good: (path: string) => writeTinyLlama(path),
  text: (path: string) => writeFileSync(path, "not a model"),
  /** Its second part is not there. */
  half: (path: string) => {
    const second = path.replace(".gguf", "-00002-of-00002.gguf");
    writeSplitTinyLlama([path.replace(".gguf", "-00001-of-00002.gguf"), second]);
    rmSync(second);
  },
  /** Was trained for fewer tokens than one turn takes. */
  short: (path: string) => writeTinyLlama(path, { metadata: { "llama.context_length": 64 } }),
};

const statuses = async (db: string): Promise<unknown[]> => {
  const rows = await query(db, "SELECT name || ' ' || status AS told FROM run ORDER BY id");
  return rows.map(({ told }) => told);
};

describe("one bad model among good ones is a row with its reason", () => {
  const cases: [string, (keyof typeof writers)[], string[]][] = [
    [
      "first and last",
      ["text", "good", "half"],
      ["a-text.gguf failed", "b-good complete", "c-half-00001-of-00002.gguf failed"],
    ],
    [
      "in the middle, beside another",
      ["good", "half", "short", "good"],
      ["a-good complete", "b-half-00001-of-00002.gguf failed", "c-short.gguf failed", "d-good complete"],
    ],
  ];

  it.for(cases)("%s", { timeout: 60_000 }, async ([name, kinds, expected]) => {
    const path = models(name, kinds);
    const db = join(folder, `${name}.db`);
    const { code, stderr } = await longhaul("run", path, ...common, "--db", db);
    expect(code, stderr).toBe(1);
    expect(await statuses(db)).toEqual(expected);
    const errors = await query(db, "SELECT error FROM run WHERE status = 'failed' ORDER BY id");
    for (const { error } of errors)
      expect(error).toMatch(/not a GGUF file|are missing: .*00002-of-00002|was trained for 64/);
  });

  it("where all are asked for what none can do", async () => {
    const path = models("none", ["good", "good"]);
    const db = join(folder, "none.db");
    const { code, stderr } = await longhaul("run", path, ...common, "--context", "64", "--db", db);
    expect(code, stderr).toBe(1);
    expect(await statuses(db)).toEqual(["a-good.gguf failed", "b-good.gguf failed"]);
    expect(stderr).toMatch(/--context 64: .* Use --context \d+ or auto, or fewer --turns/);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it("in a suite, too, and an arm that no machine could play is left out", async () => {
    const path = models("suite", ["half", "short", "good"]);
    const db = join(folder, "suite.db");
    const file = join(folder, "suite.yaml");
    writeFileSync(
      file,
      "name: s\ndefaults: { rollouts: 1, turns: 1, gpu: off }\nexperiments:\n  - use: horizon\n",
    );
    const { code, stderr } = await longhaul("suite", "run", file, path, "--db", db);
    expect(code, stderr).toBe(1);
    expect(await statuses(db)).toEqual(["a-half-00001-of-00002.gguf failed", "c-good complete"]);
    expect(stderr).toMatch(/b-short: --turns 1: .* was trained for 64/);
    expect(stderr).toMatch(/2 trials carried out, 1 left out, 1 failed/);
  });
});

describe("a file that is deleted while models are measured", () => {
  it("ends nothing that goes on, and is a row where it comes too late", { timeout: 60_000 }, async () => {
    const path = models("deleted", ["good", "good", "good"]);
    const db = join(folder, "deleted.db");
    const long = ["--turns", "12", "--dictionary-size", "5", "--shots", "0", "--max-answer-tokens", "8"];
    const going = start(["run", path, ...common, ...long, "--db", db]);
    const done = finished(going);
    await until(db, "SELECT 1 FROM turn");
    rmSync(join(path, "a-good.gguf"));
    rmSync(join(path, "b-good.gguf"));
    const { code, stderr } = await done;
    expect(code, stderr).toBe(1);
    expect(await statuses(db)).toEqual(["a-good complete", "b-good failed", "c-good complete"]);
    expect(stderr).toMatch(/b-good: failed: .*ENOENT/);
    expect(stderr).not.toMatch(/\n +at /);
  });
});
