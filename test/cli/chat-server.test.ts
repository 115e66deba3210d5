import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import type { RunDocument } from "../../src/figures/run-schema.ts";
import type { PageDocument } from "../../src/report/page/page-schema.ts";
import { openDatabase } from "../../src/store/database.ts";
import { chatRollouts, chatTurns, runChat } from "../runs/chat-trial.ts";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "chat.db");

/** What a chat server does not tell. */
const untold = [
  "token_ids",
  "prompt_tokens",
  "reused_tokens",
  "prefilled_tokens",
  "decoded_tokens",
  "reasoning_tokens",
  "inter_token_ms",
  "cpu_ms",
  "conversations",
  "first_batch",
  "last_batch",
];

beforeAll(async () => {
  const database = openDatabase(db);
  for (const model of ["one", "two"])
    expect(await runChat(database, { model })).toEqual({ status: "complete", error: null, broken: null });
  database.close();
});

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await longhaul(...args, "--db", db);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  return stdout;
}

describe("runs of an engine that knows texts and times only", () => {
  it("hold what it told, and NULL for the rest", async () => {
    const told = await query(
      db,
      "SELECT count(*) AS n, count(ttft_ms) AS ttft, count(decode_ms) AS decode FROM turn",
    );
    const n = 2 * chatRollouts * chatTurns;
    expect(told).toEqual([{ n, ttft: n, decode: n }]);
    const counts = untold.map((column) => `count(${column}) AS ${column}`).join(", ");
    const [nothing] = await query(db, `SELECT ${counts} FROM turn`);
    expect(nothing).toEqual(Object.fromEntries(untold.map((column) => [column, 0])));
    expect(await query(db, "SELECT count(*) AS batches FROM batch")).toEqual([{ batches: 0 }]);
    expect(
      await query(db, "SELECT engine, prefix_tokens, kv_bytes, peak_rss_bytes FROM run WHERE id = 1"),
    ).toEqual([{ engine: "chat", prefix_tokens: null, kv_bytes: null, peak_rss_bytes: null }]);
  });

  it("have rates through the views that are NULL, not 0", async () => {
    const [row] = await query(db, "SELECT * FROM throughput WHERE run_id = 1 AND turn = 2");
    expect(row).toMatchObject({
      n: chatRollouts,
      prompt_tokens: null,
      decoded_tokens: null,
      ttft_ms_mean: expect.any(Number),
      decode_tokens_per_second: null,
      reuse_share: null,
    });
  });

  it("are shown with what is known, and unknown for the rest", async () => {
    const text = await printed("show", "1");
    expect(text).toMatch(/^server model one {2}chat, run 1\n/);
    expect(text).toMatch(/all +94 %/);
    expect(text).toMatch(/speed +prefill unknown, decode unknown tokens\/s together\n/);
    expect(text).toMatch(/first token +[\d.]+ ms p50, [\d.]+ ms p95\n/);
    expect(text).toMatch(/next tokens +unknown\n/);
    expect(text).toMatch(/KV reuse +unknown\n/);
    expect(text).not.toMatch(/memory|SIMULATED/);
    const { runs } = JSON.parse(await printed("show", "1", "--json")) as RunDocument;
    expect(runs[0]).toMatchObject({ engine: "chat", scripted: null });
    expect(runs[0]?.speed).toMatchObject({
      prefillTokens: null,
      reusedTokens: null,
      decodeTokens: null,
      reuseShare: { withPrefix: null, withoutPrefix: null },
      interTokenMs: { p50: null, p95: null },
    });
    expect(runs[0]?.speed.ttftMs.p50).toBeGreaterThan(0);
    expect(await printed("show", "1", "--rollout", "1")).toContain("wrong_number");
  });

  it("are compared, two models with each other", async () => {
    const text = await printed("compare");
    expect(text).toMatch(/server model one +100 %/);
    expect(text).toContain("No difference shown between server model one and server model two");
    const { groups } = JSON.parse(await printed("compare", "--json")) as CompareDocument;
    expect(groups.map(({ runs }) => runs)).toEqual([["1"], ["2"]]);
    for (const group of groups)
      expect(group).toMatchObject({
        engine: "chat",
        correctTurnsPerSecond: null,
        tokensPerCorrectTurn: null,
        speeds: [{ parallel: 3, threads: null, batchSize: null }],
      });
    expect(await printed("compare", "--metric", "speed")).toMatch(/server model one +[\d.]+ +[\d.]+\n/);
  });

  it("have a page", async () => {
    const file = join(folder, "report.html");
    await printed("report", "-o", file);
    const [, json = ""] =
      /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(readFileSync(file, "utf8")) ?? [];
    const page = JSON.parse(json) as PageDocument;
    expect(page.simulated).toBeNull();
    const depths = page.details.flatMap((detail) => detail.depths);
    expect(depths.length).toBeGreaterThan(1);
    for (const depth of depths)
      expect(depth).toMatchObject({ promptTokens: null, interTokenMs: null, ttftMs: expect.any(Number) });
    expect(page.transcripts.rollouts[0]?.turns[0]).toMatchObject({
      promptTokens: null,
      reusedTokens: null,
      ttftMs: expect.any(Number),
    });
    expect(page.provenance[0]?.facts).toContainEqual(["engine chat", "one"]);
    expect(await printed("export", "--svg", "task-accuracy")).toContain("<svg");
  });

  it("have no figure by depth, which nobody knows", async () => {
    const { code, stderr } = await longhaul("export", "--svg", "ttft", "--db", db);
    expect(code).toBe(2);
    expect(stderr).toContain("these runs have no such figure");
  });

  it("are exported with empty cells and nulls", async () => {
    const [header = "", first = ""] = (await printed("export", "1")).split("\n");
    const names = header.split(",");
    expect(first.split(",")).toHaveLength(names.length);
    for (const column of untold) expect(first.split(",")[names.indexOf(column)], column).toBe("");
    const rows = JSON.parse(await printed("export", "1", "--format", "json")) as Record<string, unknown>[];
    expect(rows).toHaveLength(chatRollouts * chatTurns);
    for (const column of untold) expect(rows[0]?.[column], column).toBeNull();
  });

  it("are verified, and told what could not be", async () => {
    const text = await printed("verify");
    expect(text.match(/^run \d .*: holds$/gm)).toHaveLength(2);
    for (const what of ["token counts", "times between tokens", "texts against token ids"])
      expect(text).toContain(`  not checked: ${what}: this engine gave none\n`);
    expect(text).toContain("  not checked: batches against turns: ");
  });

  it("are judged again as any other", async () => {
    expect(await printed("rescore", "1", "--dry-run")).toMatch(/48 turns/);
  });
});
