import { confidences } from "./confidence-migration.ts";

const turnsView = /DROP VIEW turns;.*/s.exec(confidences)?.[0] ?? "";

/**
 * Runs that went on, and what every run is called wherever its rows are. `session` is a process that took a run over, with
 * what differed from before and how the run stood then; a turn names the one that played it, NULL is the process that began
 * the run. `identity` says which runs are tries of one trial; a run of an earlier version takes its seal for its name.
 */
export const sessions = `
CREATE TABLE session (
  run_id INTEGER NOT NULL REFERENCES run (id),
  session INTEGER NOT NULL,
  at TEXT NOT NULL,
  machine_id INTEGER NOT NULL REFERENCES machine (id),
  versions TEXT NOT NULL,
  rebuilt TEXT NOT NULL,
  differences TEXT NOT NULL,
  status_before TEXT NOT NULL,
  error_before TEXT,
  first_batch INTEGER NOT NULL,
  seal TEXT,
  PRIMARY KEY (run_id, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
  run_id INTEGER PRIMARY KEY REFERENCES run (id),
  uid TEXT NOT NULL,
  trial_uid TEXT NOT NULL,
  replaces TEXT,
  seal TEXT
) STRICT;
CREATE INDEX identity_uid ON identity (uid);
INSERT INTO identity (run_id, uid, trial_uid)
  SELECT id, uid, uid FROM (SELECT id, 'u' || substr(coalesce(seal, lower(hex(randomblob(16)))), 1, 31) AS uid FROM run);

ALTER TABLE lease ADD COLUMN session INTEGER;
ALTER TABLE turn ADD COLUMN session INTEGER;

${turnsView.replace("turn.confidence,", "turn.confidence, turn.session,")}

DROP VIEW runs;
CREATE VIEW runs AS
SELECT run.id, run.name, run.status, run.error, run.engine, run.engine_spec, run.started_at, run.wall_ms,
  model.name AS model, model.path AS model_path, model.sha256 AS model_sha256, model.architecture, model.parameters,
  model.quantization, model.bytes AS model_bytes,
  run.task, run.turns, run.rollouts, run.keys_per_turn, run.dictionary_size, run.value_max, run.temperature,
  run.max_answer_tokens, run.stop, run.seed, run.parallel, run.threads, run.context_length, run.kv_type_k,
  run.kv_type_v, run.flash_attention, run.backend_requested, run.backend_used, run.gpu_layers, run.prompt_hash,
  run.template_hash, run.instance_hash, run.kv_bytes, run.vram_bytes, run.peak_rss_bytes, run.prefix_tokens,
  run.prefix_ms, run.suite, run.experiment, run.arm, run.trial, identity.uid, identity.trial_uid, identity.replaces
FROM run LEFT JOIN model ON model.id = run.model_id LEFT JOIN identity ON identity.run_id = run.id;
`;
