/**
 * Runs that were merged out of other files. Their rows are sealed with the number that they had there, so `sealed_as` keeps it;
 * NULL: the run's own. And marks of runs that were removed from another file, brought along for their errors: `elsewhere` is
 * 1, and the run itself may still come.
 */
export const mergedRuns = `
ALTER TABLE identity ADD COLUMN sealed_as INTEGER;
ALTER TABLE removed ADD COLUMN elsewhere INTEGER;
`;
