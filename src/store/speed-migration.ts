/** Plain speed by `longhaul speed`: a row for each test of a model under one setting, with every repetition. */
export const speedTests = `
CREATE TABLE speed_test (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  machine_id INTEGER NOT NULL REFERENCES machine (id),
  model_id INTEGER NOT NULL REFERENCES model (id),
  test TEXT NOT NULL,
  settings TEXT NOT NULL,
  versions TEXT NOT NULL,
  samples TEXT NOT NULL,
  facts TEXT NOT NULL,
  seal TEXT NOT NULL
);
`;
