import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** One rollout of 32 breaks with this seed. */
const fragile = "scripted:p=0.97,cut-error=0.002,seed=5";
const oneBreaks = ["--engine", fragile, "--rollouts", "32", "--turns", "20"];

describe("an engine error", () => {
  it("ends one rollout: the run is complete, says so everywhere, and is compared", async () => {
    const db = join(folder, "one.db");
    const run = await longhaul("run", ...oneBreaks, "--db", db);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain("1 rollout broken: the engine failed, as the script says (cut-error)");
    expect(run.stdout).toMatch(/complete\s+after [^,]+,\s+1\s+rollout\s+broken/);
    expect(run.stdout).toMatch(/note: rollout \d+ broke: the engine failed, as the script says/);
    expect(await query(db, "SELECT status, error FROM run")).toEqual([{ status: "complete", error: null }]);
    expect(await query(db, "SELECT detail FROM rollout WHERE end = 'engine_error'")).toEqual([
      { detail: "the engine failed, as the script says (cut-error)" },
    ]);
    expect((await longhaul("ls", "--db", db)).stdout).toContain("complete, 1 rollout broken");
    const [listed] = JSON.parse((await longhaul("ls", "--json", "--db", db)).stdout) as object[];
    expect(listed).toMatchObject({ status: "complete", rolloutsBroken: 1 });
    const compared = await longhaul("compare", "--db", db);
    expect(compared.code).toBe(0);
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
  });

  it("leaves a run that lost every rollout failed, whatever it had answered before", async () => {
    const db = join(folder, "all.db");
    const script = "scripted:p=1,cut-error=0.5";
    const run = await longhaul("run", "--engine", script, "--rollouts", "8", "--turns", "60", "--db", db);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("failed: 8 of 8 rollouts: the engine failed");
    expect((await longhaul("ls", "--db", db)).stdout).toMatch(/ failed$/m);
  });

  it("ends a run whose engine answers no more, without beginning what is left", async () => {
    const db = join(folder, "gone.db");
    const run = await longhaul(
      ...["run", "--engine", "scripted:cut-error=1", "--rollouts", "30", "--parallel", "4", "--db", db],
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("failed: the engine answers no more: the engine failed");
    const [rollouts] = await query(db, "SELECT count(*) AS n FROM rollout");
    expect(rollouts?.["n"]).toBeLessThan(12);
  });

  it("leaves a suite's arm in its table, and in the document its count", async () => {
    const db = join(folder, "suite.db");
    const suite = join(folder, "suite.yaml");
    writeFileSync(suite, "name: s\ndefaults: { rollouts: 32, turns: 20 }\nexperiments:\n  - use: horizon\n");
    const ran = await longhaul("suite", "run", suite, fragile, "scripted:p=0.8", "--db", db);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(fragile);
    expect(ran.stderr).toMatch(/2 trials carried out$/m);
    const shown = await longhaul("show", "1", "--db", db, "--json");
    const { runs } = JSON.parse(shown.stdout) as { runs: object[] };
    expect(runs[0]).toMatchObject({ status: "complete", rollouts: { ended: { engine_error: 1 } } });
  });
});
