/** Rows of a file with as many keys each; `repeated` of them have the keys of another. */
export function rowsHeld(rows: number, keys: number, repeated: number): string {
  return `${rows} of ${keys} keys; ${repeated} repeat another`;
}

/** That the file leaves open how many keys make a turn. */
export function keysPerTurnOpen(): string {
  return "not said: --keys-per-turn decides";
}

/** That there is one dictionary, of so many entries. */
export function dictionaryShared(entries: number): string {
  return `${entries} entries, one for all rows`;
}

/** That a file holds no dictionary, and what stands in its place, of so many entries. */
export function dictionaryGathered(entries: number): string {
  return `${entries} entries that the rows use, in the order in which they first come: the file holds no dictionary`;
}

/** What a dictionary's values are: how many occur a second time, so that a slip between them cannot be seen. */
export function valuesHeld({
  min,
  max,
  mean,
  duplicateValues,
  zeroValues,
}: Readonly<Record<"min" | "max" | "mean" | "duplicateValues" | "zeroValues", number>>): string {
  return `${min} to ${max}, mean ${mean.toFixed(2)}, ${duplicateValues} occur before, ${zeroValues} are 0`;
}

/** Shares, from 0 to 1, of turns and of pairs of keys that add nothing. */
export function zeroSums(turns: number, pairs: number): string {
  const [ofTurns, ofPairs] = [turns, pairs].map((share) => `${(100 * share).toFixed(2)} %`);
  return `${ofTurns} of the turns, ${ofPairs} of pairs of keys`;
}

/** That a list of words is not the one that the published set was drawn from; `place` counts from 1. */
export function notPublishedWords(path: string, place: number, word: string): string {
  return `--words ${path}: not the published list: word ${place} there is "${word}".`;
}
