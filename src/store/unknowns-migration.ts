/**
 * What an engine does not tell is NULL: a chat server knows texts and times, and no more. And lists of what a column may
 * hold leave the schema for the code that writes the rows (rows.ts), so that another engine needs no new schema.
 *
 * Both change what stands in the schema and no row, so a file of any size takes no longer. SQLite has a statement for
 * NOT NULL; for a CHECK without a name there is none, so its text is cut out, as its documentation of ALTER TABLE
 * describes. The statements after it tell other connections that the schema has changed.
 */
export const unknowns = `
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
  ' CHECK (status IN (''running'', ''complete'', ''interrupted'', ''failed''))', ''),
  ' CHECK (engine IN (''llama'', ''scripted''))', ''),
  ' CHECK (stop IN (''answer'', ''eog''))', '')
  WHERE type = 'table' AND name = 'run';
UPDATE sqlite_schema SET sql = replace(sql,
  ' CHECK (end IN (''complete'', ''context_full'', ''engine_error'', ''timeout'', ''interrupted''))', '')
  WHERE type = 'table' AND name = 'rollout';
UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (stop IN (''eog'', ''answer'', ''limit''))', '')
  WHERE type = 'table' AND name = 'turn';
UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (class IN
    (''right'', ''wrong_number'', ''no_tag'', ''not_a_number'', ''truncated'', ''empty'', ''reasoning_unclosed''))', '')
  WHERE type = 'table' AND name = 'verdict';
UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (phase IN (''warmup'', ''prefix'', ''run''))', '')
  WHERE type = 'table' AND name = 'batch';
PRAGMA writable_schema = RESET;

ALTER TABLE run ALTER COLUMN max_answer_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN token_ids DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN prompt_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN reused_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN prefilled_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN decoded_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN reasoning_tokens DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN ttft_ms DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN decode_ms DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN inter_token_ms DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN cpu_ms DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN conversations DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN first_batch DROP NOT NULL;
ALTER TABLE turn ALTER COLUMN last_batch DROP NOT NULL;

DROP VIEW throughput;
CREATE VIEW throughput AS
SELECT run_id, turn, count(*) AS n, sum(prompt_tokens) AS prompt_tokens, sum(reused_tokens) AS reused_tokens,
  sum(prefilled_tokens) AS prefilled_tokens, sum(decoded_tokens) AS decoded_tokens, avg(ttft_ms) AS ttft_ms_mean,
  CASE WHEN sum(decode_ms) > 0 THEN 1000.0 * sum(decoded_tokens - 1) FILTER (WHERE decode_ms IS NOT NULL)
    / sum(decode_ms) FILTER (WHERE decoded_tokens IS NOT NULL) END AS decode_tokens_per_second,
  1.0 * sum(reused_tokens) / sum(prompt_tokens) AS reuse_share
FROM turn WHERE attempt = 1 GROUP BY run_id, turn;
`;
