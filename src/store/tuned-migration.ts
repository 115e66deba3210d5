/** How many conversations at a time were found fastest for a model on a machine, so that they are taken again. */
export const tuned = `
CREATE TABLE tuned (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  model_sha256 TEXT NOT NULL,
  machine_id INTEGER NOT NULL REFERENCES machine (id),
  build TEXT NOT NULL,
  asked TEXT NOT NULL,
  found TEXT NOT NULL
);
`;
