import { unknowns } from "./unknowns-migration.ts";

const throughputView = /DROP VIEW throughput;.*/s.exec(unknowns)?.[0] ?? "";

/**
 * Times that were taken a second time (`longhaul remeasure`), beside those that something had spoilt: of a turn in
 * `remeasured`, of a batch in one of phase `remeasure` that names the one whose work it did. Two views tell what speed is
 * computed from.
 */
export const remeasurements = `
ALTER TABLE batch ADD COLUMN in_place_of INTEGER;
CREATE INDEX batch_in_place ON batch (run_id, in_place_of) WHERE in_place_of IS NOT NULL;

CREATE TABLE remeasured (
  run_id INTEGER NOT NULL REFERENCES run (id),
  rollout INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  session INTEGER NOT NULL,
  ttft_ms REAL NOT NULL,
  decode_ms REAL NOT NULL,
  inter_token_ms TEXT NOT NULL,
  cpu_ms REAL NOT NULL,
  first_batch INTEGER NOT NULL,
  last_batch INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (run_id, rollout, turn, attempt)
) STRICT, WITHOUT ROWID;

CREATE VIEW timed_turns AS
SELECT turn.run_id, turn.rollout, turn.turn, turn.attempt, turn.prompt_tokens, turn.reused_tokens,
  turn.prefilled_tokens, turn.decoded_tokens, coalesce(again.ttft_ms, turn.ttft_ms) AS ttft_ms,
  coalesce(again.decode_ms, turn.decode_ms) AS decode_ms,
  coalesce(again.inter_token_ms, turn.inter_token_ms) AS inter_token_ms, again.session AS remeasured_in
FROM turn LEFT JOIN remeasured AS again ON again.run_id = turn.run_id AND again.rollout = turn.rollout
  AND again.turn = turn.turn AND again.attempt = turn.attempt;

CREATE VIEW timed_batches AS
SELECT run_id, batch, phase, start_ms, end_ms, conversations, prefill_tokens, decode_tokens, threads, cpu_ms, mark
FROM batch WHERE phase <> 'remeasure' AND NOT EXISTS
  (SELECT 1 FROM batch AS again WHERE again.run_id = batch.run_id AND again.in_place_of = batch.batch)
UNION ALL
SELECT run_id, in_place_of, 'run', start_ms, end_ms, conversations, prefill_tokens, decode_tokens, threads, cpu_ms, mark
FROM batch WHERE in_place_of IS NOT NULL;

${throughputView.replace("FROM turn WHERE", "FROM timed_turns WHERE")}`;
