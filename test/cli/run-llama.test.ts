import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

/** A document, read without its types: what a user of --json has. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

const folder = temporaryFolder();
const models = join(import.meta.dirname, "../../models");
const early = join(models, "longhaul-ref-early.gguf");
const settings = ["--threads", "1", "--rollouts", "6", "--turns", "8", "--parallel", "3"];

describe("longhaul run on a real GGUF", () => {
  const db = join(folder, "llama.db");
  let document: Json;

  beforeAll(async () => {
    const { code, stdout, stderr } = await longhaul("run", models, ...settings, "--db", db, "--json");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(0);
    document = JSON.parse(stdout) as Json;
  });

  it("prints one document with a run for each model that ships", () => {
    expect(document["schemaVersion"]).toBe(1);
    expect(document["runs"].map((run: Json) => run.status)).toEqual(["complete", "complete"]);
    for (const run of document["runs"]) {
      expect(run.engine).toBe("llama");
      expect(run.settings.backend.used).toBe("cpu");
      expect(run.model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(run.horizons.map(({ s }: Json) => s)).toEqual([0.5, 0.8, 0.9]);
    }
  });

  it("reuses the cache: a later turn evaluates its own new tokens only", async () => {
    const rows = await query(
      db,
      "SELECT turn, prompt_tokens, reused_tokens, prefilled_tokens, stop FROM turns WHERE turn > 1",
    );
    expect(rows.length).toBe(2 * 6 * 7);
    for (const row of rows) {
      expect(Number(row["reused_tokens"]) + Number(row["prefilled_tokens"])).toBe(row["prompt_tokens"]);
      // The last token of the answer before, its end, the user's mark and word, the assistant's mark.
      if (row["stop"] === "answer") expect(row["prefilled_tokens"]).toBeLessThanOrEqual(5);
    }
  });

  it("says what each turn showed before and judges by it", async () => {
    const rows = await query(
      db,
      `SELECT t.answer AS before, u.shown_before FROM turns t JOIN turns u
        ON u.run_id = t.run_id AND u.rollout = t.rollout AND u.turn = t.turn + 1 WHERE t.answer IS NOT NULL`,
    );
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) expect(row["shown_before"]).toBe(row["before"]);
  });

  it("keeps every native batch, prefill and decode apart", async () => {
    const [mixed] = await query(
      db,
      "SELECT count(*) AS n FROM batch WHERE prefill_tokens > 0 AND decode_tokens > 0",
    );
    expect(mixed?.["n"]).toBe(0);
    const [sums] = await query(
      db,
      `SELECT (SELECT sum(prefilled_tokens) FROM turn) AS asked,
        (SELECT sum(prefill_tokens) FROM batch WHERE phase = 'run') AS evaluated,
        (SELECT sum(decoded_tokens) - count(*) FROM turn) AS decoded,
        (SELECT sum(decode_tokens) FROM batch WHERE phase = 'run') AS stepped`,
    );
    expect(sums?.["evaluated"]).toBe(sums?.["asked"]);
    expect(sums?.["stepped"]).toBe(sums?.["decoded"]);
  });

  it("stores what the machine is and was like, under the seal", async () => {
    const rows = await query(
      db,
      `SELECT json_extract(conditions, '$.pulseBeforeMs') AS before, json_extract(conditions, '$.pulseAfterMs') AS after,
        json_extract(conditions, '$.pulseFastestMs') AS fastest, json_extract(conditions, '$.gpuJoules') AS gpu,
        json_extract(facts, '$.allowedCores') AS cores FROM run JOIN machine ON machine.id = machine_id`,
    );
    expect(rows).toHaveLength(2);
    for (const { before, after, fastest, gpu, cores } of rows) {
      expect(Number(fastest)).toBeGreaterThan(0);
      expect(Number(fastest)).toBeLessThanOrEqual(Math.min(Number(before), Number(after)));
      expect(gpu).toBeNull();
      expect(Number(cores)).toBeGreaterThan(0);
    }
    expect((await longhaul("verify", "1", "2", "--db", db)).code).toBe(0);
  });

  it("repeats itself, row by row, at the same settings", async () => {
    const again = join(folder, "again.db");
    expect((await longhaul("run", models, ...settings, "--db", again, "--quiet")).code).toBe(0);
    const rows = (file: string) =>
      query(file, "SELECT run_id, rollout, turn, text, token_ids FROM turns ORDER BY 1, 2, 3");
    expect(await rows(again)).toEqual(await rows(db));
  });

  it("takes a quantised KV cache and says so", async () => {
    const file = join(folder, "q8.db");
    const kv = ["--kv-type-k", "q8_0", "--kv-type-v", "q8_0"];
    expect((await longhaul("run", early, ...settings, ...kv, "--db", file, "--quiet")).code).toBe(0);
    expect(await query(file, "SELECT kv_type_k, kv_type_v FROM runs")).toEqual([
      { kv_type_k: "q8_0", kv_type_v: "q8_0" },
    ]);
  });
});

describe("a killed run", () => {
  const long = [early, "--threads", "1", "--rollouts", "8", "--turns", "400", "--parallel", "4", "--quiet"];

  it("keeps every finished turn when the child is killed, and says interrupted", async () => {
    const db = join(folder, "child.db");
    const parent = start(["run", ...long, "--db", db]);
    const end = finished(parent);
    await until(db, "SELECT 1 FROM turn WHERE turn >= 3");
    execFileSync("pkill", ["-9", "-P", String(parent.pid)]);
    expect((await end).code).toBe(75);
    expect(await query(db, "SELECT status FROM runs")).toEqual([{ status: "interrupted" }]);
    const gaps = await query(db, "SELECT rollout FROM turns GROUP BY rollout HAVING count(*) <> max(turn)");
    expect(gaps).toEqual([]);
    expect((await longhaul("show", "1", "--db", db)).stdout).toContain("interrupted");
  });

  it("ends the child by itself when the parent is killed", async () => {
    const db = join(folder, "parent.db");
    const parent = start(["run", ...long, "--db", db]);
    const end = finished(parent);
    await until(db, "SELECT 1 FROM turn WHERE turn >= 3");
    parent.kill("SIGKILL");
    await end;
    await until(db, "SELECT 1 FROM run WHERE status = 'interrupted'");
    expect((await longhaul("show", "1", "--db", db)).stdout).toContain("interrupted");
  });

  it("finishes the batch on Ctrl-C, prints what there is and ends with 130", async () => {
    const db = join(folder, "ctrl-c.db");
    const parent = start(["run", ...long, "--db", db]);
    const end = finished(parent);
    await until(db, "SELECT 1 FROM turn WHERE turn >= 2");
    parent.kill("SIGINT");
    const { code, stdout } = await end;
    expect(code).toBe(130);
    expect(stdout).toContain("H50");
    expect(await query(db, "SELECT status FROM runs")).toEqual([{ status: "interrupted" }]);
  });
});
