import type { Database } from "better-sqlite3";
import { groupBy } from "../group-by.ts";
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
  /** Turns whose times were taken again: the newer ones are summed. */
  readonly remeasuredTurns: number;
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
        ${knownSum("reused_tokens", "iif(turn = 1, min(reused_tokens, @prefixTokens), 0)")} AS prefixTokens, count(remeasured_in) AS remeasuredTurns
        FROM timed_turns WHERE run_id = @runId AND attempt >= 1`,
    )
    .get({ runId, prefixTokens }) as RunTotals;
}

/** Every time to the first token that is known, in milliseconds. */
export function ttftSamples(database: Database, runId: number): Float64Array {
  const known = database
    .prepare("SELECT ttft_ms FROM timed_turns WHERE run_id = ? AND attempt >= 1 AND ttft_ms IS NOT NULL")
    .pluck()
    .all(runId);
  return new Float64Array(known as number[]);
}

/**
 * Milliseconds in which any turn of a run was under way: what stands for the time of batches where an engine has none. Turns
 * that go on together count once, and the time between sessions not at all. Null: some turn does not tell.
 */
export function underWayMs(database: Database, runId: number): number | null {
  const turns = database
    .prepare(
      `SELECT unixepoch(started_at, 'subsec') * 1000 AS startMs, ttft_ms + decode_ms AS ms
        FROM turn WHERE run_id = ? ORDER BY started_at`,
    )
    .all(runId) as { readonly startMs: number; readonly ms: number | null }[];
  let total = 0;
  let coveredToMs = -Infinity;
  for (const { startMs, ms } of turns) {
    if (ms === null) return null;
    total += Math.max(0, startMs + ms - Math.max(startMs, coveredToMs));
    coveredToMs = Math.max(coveredToMs, startMs + ms);
  }
  return total;
}

/** Every inter-token time that is known, in milliseconds: reads each turn's whole row, so it takes seconds for a million. */
export function interTokenSamples(database: Database, runId: number): number[] {
  const samples: number[] = [];
  const rows = database
    .prepare("SELECT inter_token_ms FROM timed_turns WHERE run_id = ? AND inter_token_ms IS NOT NULL")
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
/** Stretches that blocks are made of: SQLite adds these up many times faster than it numbers batches. */
const stretchesAtMost = 400;

/**
 * Milliseconds for each conversation in a batch, from which on sampling matters little in it: of each it draws one token
 * at most, in a tenth to seven tenths of a millisecond by the size of the vocabulary, on one thread.
 */
const longMsEach = 20;

/**
 * A run's batches of a phase, summed over stretches of time: those of a kind and mark in at most ten blocks of about
 * equal numbers, which stand in their order.
 *
 * @param phase warm-up and prefix are never asked for
 * @param cores that the process could have at most: more threads than these cannot all run
 */
export function batchTotals(
  database: Database,
  runId: number,
  phase: Extract<BatchRow["phase"], "run" | "one">,
  cores: number,
): BatchTotalsRow[] {
  const count = database.prepare(
    "SELECT max(batch) - min(batch) + 1 FROM batch WHERE run_id = ? AND phase = ?",
  );
  const span = (count.pluck().get(runId, phase) as number | null) ?? 0;
  const isLong = `(threads = 1 OR end_ms - start_ms >= ${longMsEach} * conversations)`;
  const told = `iif(threads IS NULL OR cpu_ms IS NULL OR NOT ${isLong}, 0,`;
  // A bound number is a float to SQLite, and would divide as one.
  const rows = database
    .prepare(
      `SELECT mark, count(*) AS batches, sum(end_ms - start_ms) AS ms, sum(prefill_tokens) AS prefillTokens,
        sum(decode_tokens) AS decodeTokens, sum(conversations) AS conversations,
        total(${told} min(threads, @cores) * (end_ms - start_ms))) AS threadMs, total(${told} cpu_ms)) AS cpuMs
        FROM timed_batches WHERE run_id = @runId AND phase = @phase
        GROUP BY prefill_tokens > 0, decode_tokens > 0, mark, batch / CAST(@size AS INTEGER)
        ORDER BY prefill_tokens > 0, decode_tokens > 0, mark, min(batch)`,
    )
    .all({ runId, phase, cores, size: Math.max(1, Math.ceil(span / stretchesAtMost)) }) as BatchTotalsRow[];
  return [...groupBy(rows, kindOf).values()].flatMap(inBlocks);
}

function kindOf({ prefillTokens, decodeTokens, mark }: BatchTotalsRow): string {
  return JSON.stringify([prefillTokens > 0, decodeTokens > 0, mark]);
}

/** @param rows of one kind and mark, in their order */
function inBlocks(rows: readonly BatchTotalsRow[]): BatchTotalsRow[] {
  const size = rows.reduce((sum, { batches }) => sum + batches, 0);
  let before = 0;
  const blocks = groupBy(rows, ({ batches }) => {
    const middle = before + batches / 2;
    before += batches;
    return String(Math.floor((middle * blocksOfKind) / size));
  });
  return [...blocks.values()].map((members) => members.reduce(added));
}

function added(one: BatchTotalsRow, other: BatchTotalsRow): BatchTotalsRow {
  return {
    mark: one.mark,
    batches: one.batches + other.batches,
    ms: one.ms + other.ms,
    prefillTokens: one.prefillTokens + other.prefillTokens,
    decodeTokens: one.decodeTokens + other.decodeTokens,
    conversations: one.conversations + other.conversations,
    threadMs: one.threadMs + other.threadMs,
    cpuMs: one.cpuMs + other.cpuMs,
  };
}

export interface BatchTotalsRow {
  readonly mark: BatchMark | null;
  readonly batches: number;
  readonly ms: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** Summed over the batches. */
  readonly conversations: number;
  /**
   * Over the batches that tell threads and CPU time, and in which threads wait for little else than a core: durations
   * times the threads that can run, and CPU time.
   */
  readonly threadMs: number;
  readonly cpuMs: number;
}
