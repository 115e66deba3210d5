/**
 * What is left of a run whose rows were removed: which it was and when, sealed, so that a gap in the numbers explains itself
 * and no number is given a second time. `own_errors`: what a later run showed again of it, by the parser that judged it.
 */
export const removals = `
CREATE TABLE removed (
  run INTEGER PRIMARY KEY,
  uid TEXT,
  name TEXT NOT NULL,
  model TEXT,
  started_at TEXT NOT NULL,
  run_seal TEXT,
  turns INTEGER NOT NULL,
  own_errors TEXT,
  at TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT;
`;
