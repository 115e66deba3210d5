/**
 * Seals (seal.ts) of runs, rollouts, turns and batches; NULL in rows that were written before.
 *
 * And what a verdict was judged by where that is not what the turn's own row says: a parser that reads another number
 * in a turn changes what the next one had to be. The view `turns` shows what its verdict was judged by.
 */
export const sealsAndRescoring = `
ALTER TABLE run ADD COLUMN seal TEXT;
ALTER TABLE rollout ADD COLUMN seal TEXT;
ALTER TABLE turn ADD COLUMN seal TEXT;
ALTER TABLE batch ADD COLUMN seal TEXT;

CREATE TABLE verdict_basis (
  turn_id INTEGER NOT NULL REFERENCES turn (id),
  parser_version INTEGER NOT NULL,
  shown_before INTEGER,
  values_since INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  PRIMARY KEY (turn_id, parser_version)
) STRICT, WITHOUT ROWID;

DROP VIEW turns;
CREATE VIEW turns AS
SELECT turn.id, turn.run_id, turn.rollout, turn.turn, turn.attempt, turn.policy, turn.injected, turn.keys, turn.value,
  turn.truth,
  iif(basis.turn_id IS NULL, turn.shown_before, basis.shown_before) AS shown_before,
  coalesce(basis.values_since, turn.values_since) AS values_since,
  coalesce(basis.expected, turn.expected) AS expected,
  turn.text, turn.reasoning, turn.token_ids, turn.stop, turn.prompt_tokens, turn.reused_tokens, turn.prefilled_tokens,
  turn.decoded_tokens, turn.reasoning_tokens, turn.ttft_ms, turn.decode_ms, turn.inter_token_ms, turn.cpu_ms,
  turn.conversations, turn.first_batch, turn.last_batch, turn.started_at, turn.seal,
  verdict.parser_version, verdict.class, verdict.answer, verdict.first_answer, verdict.turn_correct,
  verdict.index_correct, verdict.task_correct, verdict.after_missing
FROM turn JOIN verdict ON verdict.turn_id = turn.id
  LEFT JOIN verdict_basis basis
    ON basis.turn_id = verdict.turn_id AND basis.parser_version = verdict.parser_version
WHERE verdict.parser_version = (SELECT max(v.parser_version) FROM verdict v WHERE v.turn_id = turn.id);
`;
