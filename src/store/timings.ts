import type { Database } from "better-sqlite3";
import type { BatchMark } from "../hardware/facts.ts";
import { knownSum } from "./known-sum.ts";
import type { BatchRow } from "./rows.ts";

/** What the engine timed, summed over the turns of a run. Milliseconds. Null: some turn does not tell it. */
export interface RunTotals {
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
  readonly prefilledTokens: number | null;
  readonly decodedTokens: number | null;
  /** Tokens after each turn's first. */
  readonly laterTokens: number | null;
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  /** What the shared prefix saved at turn 1: the lesser of its length and what was reused there. */
  readonly prefixTokens: number | null;
}

/**
 * All attempts count: they took their time.
 *
 * @param prefixTokens length of the prefix that all rollouts share
 */
export function timingTotals(database: Database, runId: number, prefixTokens: number): RunTotals {
  return database
    .prepare(
      `SELECT ${knownSum("prompt_tokens")} AS promptTokens, ${knownSum("reused_tokens")} AS reusedTokens,
        ${knownSum("prefilled_tokens")} AS prefilledTokens, ${knownSum("decoded_tokens")} AS decodedTokens,
        ${knownSum("decoded_tokens", "max(0, decoded_tokens - 1)")} AS laterTokens,
        ${knownSum("ttft_ms")} AS ttftMs, ${knownSum("decode_ms")} AS decodeMs,
        ${knownSum("reused_tokens", "iif(turn = 1, min(reused_tokens, @prefixTokens), 0)")} AS prefixTokens
        FROM turn WHERE run_id = @runId AND attempt >= 1`,
    )
    .get({ runId, prefixTokens }) as RunTotals;
}

/** Every time to the first token that is known, in milliseconds. */
export function ttftSamples(database: Database, runId: number): number[] {
  return database
    .prepare("SELECT ttft_ms FROM turn WHERE run_id = ? AND attempt >= 1 AND ttft_ms IS NOT NULL")
    .pluck()
    .all(runId) as number[];
}

/** Every inter-token time that is known, in milliseconds: reads each turn's whole row, so it takes seconds for a million. */
export function interTokenSamples(database: Database, runId: number): number[] {
  const samples: number[] = [];
  const rows = database
    .prepare("SELECT inter_token_ms FROM turn WHERE run_id = ? AND inter_token_ms IS NOT NULL")
    .pluck()
    .iterate(runId);
  for (const text of rows) {
    const json = String(text);
    if (json.length > 2) for (const part of json.slice(1, -1).split(",")) samples.push(Number(part));
  }
  return samples;
}

/** So many blocks of a kind are enough to tell how much they differ. */
const blocksOfKind = 10;

/**
 * A run's batches of a phase, summed over stretches of time: those of a kind and mark in at most ten blocks of equal
 * numbers, which stand in their order.
 *
 * @param phase warm-up and prefix are never asked for
 */
export function batchTotals(
  database: Database,
  runId: number,
  phase: Extract<BatchRow["phase"], "run" | "one">,
): BatchTotalsRow[] {
  const told = "iif(threads IS NULL OR cpu_ms IS NULL, 0,";
  return database
    .prepare(
      `WITH own AS (
        SELECT *, end_ms - start_ms AS ms, prefill_tokens > 0 AS fills, decode_tokens > 0 AS decodes, ntile(${blocksOfKind})
          OVER (PARTITION BY prefill_tokens > 0, decode_tokens > 0, mark ORDER BY batch) AS block
        FROM batch WHERE run_id = ? AND phase = ?)
      SELECT mark, count(*) AS batches, sum(ms) AS ms, sum(prefill_tokens) AS prefillTokens,
        sum(decode_tokens) AS decodeTokens, sum(conversations) AS conversations,
        total(${told} threads * ms)) AS threadMs, total(${told} cpu_ms)) AS cpuMs
        FROM own GROUP BY fills, decodes, mark, block ORDER BY fills, decodes, mark, block`,
    )
    .all(runId, phase) as BatchTotalsRow[];
}

export interface BatchTotalsRow {
  readonly mark: BatchMark | null;
  readonly batches: number;
  readonly ms: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** Summed over the batches. */
  readonly conversations: number;
  /** Over the batches that tell threads and CPU time: durations times threads, and CPU time. */
  readonly threadMs: number;
  readonly cpuMs: number;
}
