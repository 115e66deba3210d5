/**
 * What a run was measured on and how it was fitted to it: facts of the machine, what was chosen for it, its state while
 * the run lasted (JSON); threads, CPU time and mark of every batch. NULL in rows that were written before.
 */
export const hardware = `
ALTER TABLE machine ADD COLUMN facts TEXT;
ALTER TABLE run ADD COLUMN tuning TEXT;
ALTER TABLE run ADD COLUMN conditions TEXT;
ALTER TABLE batch ADD COLUMN threads INTEGER;
ALTER TABLE batch ADD COLUMN cpu_ms REAL;
ALTER TABLE batch ADD COLUMN mark TEXT;
`;
