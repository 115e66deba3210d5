/**
 * Whose a run is while it goes on: a process's number tells only on one host, between two starts of its system, within one
 * container. No part of what is sealed, since it is written again and again.
 */
export const leases = `
CREATE TABLE lease (
  run_id INTEGER PRIMARY KEY REFERENCES run (id),
  host TEXT NOT NULL,
  boot TEXT,
  namespace TEXT,
  until_ms INTEGER NOT NULL
) STRICT;
`;
