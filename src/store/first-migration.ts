/** The tables and views of the first version; what is there today is what the later steps made of them. */
export const first = `
CREATE TABLE machine (
  id INTEGER PRIMARY KEY,
  cpu_model TEXT NOT NULL,
  physical_cores INTEGER NOT NULL,
  logical_cores INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  os TEXT NOT NULL,
  arch TEXT NOT NULL,
  gpus TEXT NOT NULL,
  UNIQUE (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus)
) STRICT;

CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  architecture TEXT NOT NULL,
  parameters INTEGER,
  quantization TEXT,
  train_context_length INTEGER,
  metadata TEXT NOT NULL,
  UNIQUE (sha256, path)
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'interrupted', 'failed')),
  error TEXT,
  engine TEXT NOT NULL CHECK (engine IN ('llama', 'scripted')),
  engine_spec TEXT,
  machine_id INTEGER NOT NULL REFERENCES machine (id),
  model_id INTEGER REFERENCES model (id),
  seed INTEGER NOT NULL,
  task TEXT NOT NULL,
  turns INTEGER NOT NULL,
  rollouts INTEGER NOT NULL,
  keys_per_turn INTEGER NOT NULL,
  dictionary_size INTEGER NOT NULL,
  value_max INTEGER NOT NULL,
  temperature REAL NOT NULL,
  max_answer_tokens INTEGER NOT NULL,
  stop TEXT NOT NULL CHECK (stop IN ('answer', 'eog')),
  settings TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  instance_hash TEXT NOT NULL,
  template_hash TEXT,
  template_source TEXT,
  template_mode TEXT,
  parallel INTEGER,
  threads INTEGER,
  context_length INTEGER,
  batch_size INTEGER,
  kv_type_k TEXT,
  kv_type_v TEXT,
  flash_attention INTEGER,
  backend_requested TEXT,
  backend_used TEXT,
  gpu_layers INTEGER,
  kv_bytes INTEGER,
  vram_bytes INTEGER,
  peak_rss_bytes INTEGER,
  prefix_tokens INTEGER,
  prefix_ms REAL,
  versions TEXT NOT NULL,
  suite TEXT,
  experiment TEXT,
  arm TEXT,
  trial INTEGER,
  started_at TEXT NOT NULL,
  wall_ms REAL,
  pid INTEGER NOT NULL,
  process_start TEXT
) STRICT;

CREATE TABLE rollout (
  run_id INTEGER NOT NULL REFERENCES run (id),
  rollout INTEGER NOT NULL,
  dictionary TEXT NOT NULL,
  end TEXT CHECK (end IN ('complete', 'context_full', 'engine_error', 'timeout', 'interrupted')),
  detail TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  PRIMARY KEY (run_id, rollout)
) STRICT, WITHOUT ROWID;

CREATE TABLE turn (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  rollout INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  policy TEXT NOT NULL,
  injected INTEGER NOT NULL,
  keys TEXT NOT NULL,
  value INTEGER NOT NULL,
  truth INTEGER NOT NULL,
  shown_before INTEGER,
  values_since INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  text TEXT NOT NULL,
  reasoning TEXT,
  token_ids TEXT NOT NULL,
  stop TEXT NOT NULL CHECK (stop IN ('eog', 'answer', 'limit')),
  prompt_tokens INTEGER NOT NULL,
  reused_tokens INTEGER NOT NULL,
  prefilled_tokens INTEGER NOT NULL,
  decoded_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  ttft_ms REAL NOT NULL,
  decode_ms REAL NOT NULL,
  inter_token_ms TEXT NOT NULL,
  cpu_ms REAL NOT NULL,
  conversations INTEGER NOT NULL,
  first_batch INTEGER NOT NULL,
  last_batch INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  UNIQUE (run_id, rollout, turn, attempt),
  FOREIGN KEY (run_id, rollout) REFERENCES rollout (run_id, rollout)
) STRICT;

CREATE TABLE verdict (
  turn_id INTEGER NOT NULL REFERENCES turn (id),
  parser_version INTEGER NOT NULL,
  class TEXT NOT NULL CHECK (class IN
    ('right', 'wrong_number', 'no_tag', 'not_a_number', 'truncated', 'empty', 'reasoning_unclosed')),
  answer INTEGER,
  first_answer INTEGER,
  turn_correct INTEGER NOT NULL,
  index_correct INTEGER NOT NULL,
  task_correct INTEGER NOT NULL,
  after_missing INTEGER NOT NULL,
  PRIMARY KEY (turn_id, parser_version)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  run_id INTEGER NOT NULL REFERENCES run (id),
  batch INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('warmup', 'prefix', 'run')),
  start_ms REAL NOT NULL,
  end_ms REAL NOT NULL,
  conversations INTEGER NOT NULL,
  prefill_tokens INTEGER NOT NULL,
  decode_tokens INTEGER NOT NULL,
  PRIMARY KEY (run_id, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;

CREATE VIEW runs AS
SELECT run.id, run.name, run.status, run.error, run.engine, run.engine_spec, run.started_at, run.wall_ms,
  model.name AS model, model.path AS model_path, model.sha256 AS model_sha256, model.architecture, model.parameters,
  model.quantization, model.bytes AS model_bytes,
  run.task, run.turns, run.rollouts, run.keys_per_turn, run.dictionary_size, run.value_max, run.temperature,
  run.max_answer_tokens, run.stop, run.seed, run.parallel, run.threads, run.context_length, run.kv_type_k,
  run.kv_type_v, run.flash_attention, run.backend_requested, run.backend_used, run.gpu_layers, run.prompt_hash,
  run.template_hash, run.instance_hash, run.kv_bytes, run.vram_bytes, run.peak_rss_bytes, run.prefix_tokens,
  run.prefix_ms, run.suite, run.experiment, run.arm, run.trial
FROM run LEFT JOIN model ON model.id = run.model_id;

CREATE VIEW turns AS
SELECT turn.*, verdict.parser_version, verdict.class, verdict.answer, verdict.first_answer, verdict.turn_correct,
  verdict.index_correct, verdict.task_correct, verdict.after_missing
FROM turn JOIN verdict ON verdict.turn_id = turn.id
WHERE verdict.parser_version = (SELECT max(v.parser_version) FROM verdict v WHERE v.turn_id = turn.id);

CREATE VIEW turn_accuracy AS
SELECT run_id, turn, count(*) AS n, sum(turn_correct) AS correct, 1.0 * sum(turn_correct) / count(*) AS accuracy
FROM turns WHERE attempt = 1 GROUP BY run_id, turn;

CREATE VIEW rollout_survival AS
SELECT run_id, rollout, max(turn) AS last_turn, min(CASE WHEN turn_correct = 0 THEN turn END) AS first_error
FROM turns WHERE attempt = 1 GROUP BY run_id, rollout;

CREATE VIEW task_accuracy AS
WITH RECURSIVE counts AS (
  SELECT ta.run_id, ta.turn,
    (SELECT count(*) FROM rollout_survival s WHERE s.run_id = ta.run_id AND s.last_turn >= ta.turn
      AND coalesce(s.first_error, ta.turn) >= ta.turn) AS at_risk,
    (SELECT count(*) FROM rollout_survival s WHERE s.run_id = ta.run_id AND s.first_error = ta.turn) AS first_errors,
    (SELECT count(*) FROM rollout_survival s WHERE s.run_id = ta.run_id AND s.last_turn = ta.turn
      AND s.first_error IS NULL AND ta.turn < (SELECT turns FROM run WHERE id = ta.run_id)) AS censored,
    (SELECT count(*) FROM rollout_survival s WHERE s.run_id = ta.run_id) AS n
  FROM turn_accuracy ta
), curve AS (
  SELECT run_id, turn, at_risk, first_errors, censored, n, 0 AS censored_before,
    1.0 * (at_risk - first_errors) / n AS accuracy
  FROM counts WHERE turn = 1
  UNION ALL
  SELECT c.run_id, c.turn, c.at_risk, c.first_errors, c.censored, c.n, p.censored_before + p.censored,
    CASE WHEN p.censored_before + p.censored = 0 THEN 1.0 * (c.at_risk - c.first_errors) / c.n
      WHEN c.at_risk = 0 THEN p.accuracy
      ELSE p.accuracy * (c.at_risk - c.first_errors) / c.at_risk END
  FROM curve p JOIN counts c ON c.run_id = p.run_id AND c.turn = p.turn + 1
  WHERE c.at_risk > 0 OR p.accuracy = 0
)
SELECT run_id, turn, at_risk, first_errors, censored, accuracy FROM curve;

CREATE VIEW throughput AS
SELECT run_id, turn, count(*) AS n, sum(prompt_tokens) AS prompt_tokens, sum(reused_tokens) AS reused_tokens,
  sum(prefilled_tokens) AS prefilled_tokens, sum(decoded_tokens) AS decoded_tokens, avg(ttft_ms) AS ttft_ms_mean,
  CASE WHEN sum(decode_ms) > 0 THEN 1000.0 * (sum(decoded_tokens) - count(*)) / sum(decode_ms) END
    AS decode_tokens_per_second,
  1.0 * sum(reused_tokens) / sum(prompt_tokens) AS reuse_share
FROM turn WHERE attempt = 1 GROUP BY run_id, turn;

CREATE VIEW outcomes AS
SELECT run_id, class, count(*) AS n FROM turns WHERE attempt = 1 GROUP BY run_id, class
UNION ALL
SELECT run_id, end, count(*) FROM rollout WHERE end IS NOT NULL AND end <> 'complete' GROUP BY run_id, end;
`;
