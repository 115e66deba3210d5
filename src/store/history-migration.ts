/**
 * What the history showed when a turn was asked (answers, errors among them, totals that do not follow from the one
 * before), and in which order the samples of a voted turn were drawn; NULL in rows that were written before.
 */
export const histories = `
ALTER TABLE turn ADD COLUMN sample INTEGER;
ALTER TABLE turn ADD COLUMN history_answers INTEGER;
ALTER TABLE turn ADD COLUMN history_wrong INTEGER;
ALTER TABLE turn ADD COLUMN history_breaks INTEGER;

DROP VIEW turns;
CREATE VIEW turns AS
SELECT turn.id, turn.run_id, turn.rollout, turn.turn, turn.attempt, turn.policy, turn.injected, turn.keys, turn.value,
  turn.truth,
  iif(basis.turn_id IS NULL, turn.shown_before, basis.shown_before) AS shown_before,
  coalesce(basis.values_since, turn.values_since) AS values_since,
  coalesce(basis.expected, turn.expected) AS expected,
  turn.text, turn.reasoning, turn.token_ids, turn.stop, turn.prompt_tokens, turn.reused_tokens, turn.prefilled_tokens,
  turn.decoded_tokens, turn.reasoning_tokens, turn.ttft_ms, turn.decode_ms, turn.inter_token_ms, turn.cpu_ms,
  turn.conversations, turn.first_batch, turn.last_batch, turn.started_at, turn.sample,
  turn.history_answers, turn.history_wrong, turn.history_breaks, turn.seal,
  verdict.parser_version, verdict.class, verdict.answer, verdict.first_answer, verdict.turn_correct,
  verdict.index_correct, verdict.task_correct, verdict.after_missing
FROM turn JOIN verdict ON verdict.turn_id = turn.id
  LEFT JOIN verdict_basis basis
    ON basis.turn_id = verdict.turn_id AND basis.parser_version = verdict.parser_version
WHERE verdict.parser_version = (SELECT max(v.parser_version) FROM verdict v WHERE v.turn_id = turn.id);
`;
