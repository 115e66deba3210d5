import type { Database } from "better-sqlite3";

/** Successive batches that held decode alone, at about one depth. */
export interface DecodeStretch {
  /** Mean prompt tokens of the turns that were in them when their answers began. */
  readonly depth: number;
  readonly batches: number;
  readonly ms: number;
  readonly tokens: number;
}

/** Depths that are nearer than this are one. */
const tokensApart = 16;
/** So that stretches tell how much batches differ. */
const batchesAtMost = 4;

/**
 * A run's decode batches by how many tokens were in the cache of a conversation, in their order; marked ones and those
 * of which no turn tells its depth left out. Reads every turn's whole row: a second or two for a million.
 */
export function decodeStretches(database: Database, runId: number): DecodeStretch[] {
  const depthAt = depthsOfBatches(database, runId);
  const stretches: { depth: number; batches: number; ms: number; tokens: number }[] = [];
  const rows = database
    .prepare(
      `SELECT batch, end_ms - start_ms AS ms, decode_tokens AS tokens FROM timed_batches
        WHERE run_id = ? AND phase = 'run' AND decode_tokens > 0 AND prefill_tokens = 0 AND mark IS NULL ORDER BY batch`,
    )
    .iterate(runId) as IterableIterator<{ batch: number; ms: number; tokens: number }>;
  for (const { batch, ms, tokens } of rows) {
    const depth = depthAt(batch);
    if (depth === null) continue;
    const last = stretches.at(-1);
    const isOver = last === undefined || last.batches >= batchesAtMost;
    if (isOver || Math.abs(last.depth - depth) >= tokensApart)
      stretches.push({ depth, batches: 1, ms, tokens });
    else {
      last.batches++;
      last.ms += ms;
      last.tokens += tokens;
    }
  }
  return stretches;
}

/** The mean depth of the turns whose batches a batch is one of; null: there is none. */
function depthsOfBatches(database: Database, runId: number): (batch: number) => number | null {
  const last = database.prepare("SELECT max(batch) FROM batch WHERE run_id = ?").pluck().get(runId);
  const size = typeof last === "number" ? last + 2 : 0;
  // What begins and ends at each batch; summed up, what is under way.
  const [tokens, turns] = [new Float64Array(size), new Int32Array(size)];
  const rows = database
    .prepare(
      `SELECT first_batch AS first, last_batch AS last, prompt_tokens AS depth FROM turn
        WHERE run_id = ? AND attempt >= 1 AND first_batch IS NOT NULL AND last_batch IS NOT NULL
          AND prompt_tokens IS NOT NULL`,
    )
    .iterate(runId) as IterableIterator<{ first: number; last: number; depth: number }>;
  for (const { first, last: end, depth } of rows) {
    if (end + 1 >= size || first > end) continue;
    tokens[first] = (tokens[first] ?? 0) + depth;
    tokens[end + 1] = (tokens[end + 1] ?? 0) - depth;
    turns[first] = (turns[first] ?? 0) + 1;
    turns[end + 1] = (turns[end + 1] ?? 0) - 1;
  }
  for (let batch = 1; batch < size; batch++) {
    tokens[batch] = (tokens[batch] ?? 0) + (tokens[batch - 1] ?? 0);
    turns[batch] = (turns[batch] ?? 0) + (turns[batch - 1] ?? 0);
  }
  return (batch) => {
    const count = turns[batch] ?? 0;
    return count > 0 ? (tokens[batch] ?? 0) / count : null;
  };
}
