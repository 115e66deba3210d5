/**
 * What the rows of a run take in its file, indexes included, by what rows were measured to take, rather too much
 * than too little (bench/durability/results/file-size.md).
 *
 * @param answers that are asked for, each a row
 * @param decode tokens of all rollouts
 */
export function fileForecastBytes(answers: number, decode: number, parallel: number): number {
  const perToken = tokenBytes + batchBytes / parallel;
  return Math.ceil(answers * turnBytes + decode * perToken + fileBytes);
}

/** Of a turn with its verdict and their places in indexes. */
const turnBytes = 340;
/** Of a decoded token its text, id and time. */
const tokenBytes = 20;
/** One for each step of all conversations together. */
const batchBytes = 95;
/** Of an empty file, and of what every run has once. */
const fileBytes = 200_000;
