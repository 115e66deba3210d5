/**
 * What a run was measured on and how it was fitted to it: facts of the machine, what was chosen for it, its state while
 * the run lasted (JSON); threads, CPU time and mark of every batch. NULL in rows that were written before.
 *
 * One machine may have several rows now, since a governor, a driver or a container's limits change. Its table could hold
 * only one; it is small, and made anew under its own name. Runs refer to it meanwhile: that is checked at the end.
 */
export const hardware = `
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE machine_before AS SELECT * FROM main.machine;
DROP TABLE main.machine;
CREATE TABLE machine (
  id INTEGER PRIMARY KEY,
  cpu_model TEXT NOT NULL,
  physical_cores INTEGER NOT NULL,
  logical_cores INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  os TEXT NOT NULL,
  arch TEXT NOT NULL,
  gpus TEXT NOT NULL,
  facts TEXT
) STRICT;
INSERT INTO main.machine
SELECT id, cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus, NULL FROM machine_before;
DROP TABLE machine_before;

ALTER TABLE run ADD COLUMN tuning TEXT;
ALTER TABLE run ADD COLUMN conditions TEXT;
ALTER TABLE batch ADD COLUMN threads INTEGER;
ALTER TABLE batch ADD COLUMN cpu_ms REAL;
ALTER TABLE batch ADD COLUMN mark TEXT;
`;
