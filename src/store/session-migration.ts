import { first } from "./first-migration.ts";
import { confidences } from "./confidence-migration.ts";

const runsView = /CREATE VIEW runs AS.*?;/s.exec(first)?.[0] ?? "";
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
${runsView
  .replace("run.trial", "run.trial, identity.uid, identity.trial_uid, identity.replaces")
  .replace(/;$/, " LEFT JOIN identity ON identity.run_id = run.id;")}
`;
