/** How fast a model decodes with few and with many conversations at a time on a machine, so that it need not be measured again. */
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
CREATE INDEX tuned_of_model ON tuned (model_sha256);
`;
