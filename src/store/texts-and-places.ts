/**
 * Texts that many runs have in common (wordings, chat templates), each once under its SHA-256; and the places of a suite
 * that a run stands for besides its own, where several ask for the same settings.
 */
export const textsAndPlaces = `
CREATE TABLE text (
  sha256 TEXT PRIMARY KEY,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE place (
  run_id INTEGER NOT NULL REFERENCES run (id),
  suite TEXT NOT NULL,
  experiment TEXT NOT NULL,
  arm TEXT NOT NULL,
  trial INTEGER NOT NULL,
  asked TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, suite, experiment, arm)
) STRICT;

CREATE VIEW places AS
SELECT id AS run_id, suite, experiment, arm, trial, started_at AS at FROM run WHERE suite IS NOT NULL
UNION ALL
SELECT run_id, suite, experiment, arm, trial, at FROM place;
`;
