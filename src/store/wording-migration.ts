/**
 * How a run's conversations were worded (JSON: what rendered them, the template's variables, how reasoning is marked), how
 * the model's last answer stands in a turn's prompt, and why tokens were evaluated again; NULL in rows that were written
 * before.
 */
export const wordings = `
ALTER TABLE run ADD COLUMN chat TEXT;
ALTER TABLE turn ADD COLUMN answer_form TEXT;
ALTER TABLE turn ADD COLUMN again_reason TEXT;

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
  turn.history_answers, turn.history_wrong, turn.history_breaks,
  turn.answer_form, turn.again_reason, turn.seal,
  verdict.parser_version, verdict.class, verdict.answer, verdict.first_answer, verdict.turn_correct,
  verdict.index_correct, verdict.task_correct, verdict.after_missing
FROM turn JOIN verdict ON verdict.turn_id = turn.id
  LEFT JOIN verdict_basis basis
    ON basis.turn_id = verdict.turn_id AND basis.parser_version = verdict.parser_version
WHERE verdict.parser_version = (SELECT max(v.parser_version) FROM verdict v WHERE v.turn_id = turn.id);
`;
