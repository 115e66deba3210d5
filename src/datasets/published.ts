import { CpythonRandom } from "./cpython-random.ts";
import type { DatasetRow } from "./dataset.ts";
import type { Entry } from "../tasks/task.ts";

/** The size of the published data set and of the list of words it was drawn from. */
export const published = { words: 101, entries: 100, rows: 100, horizon: 50_000, valueMax: 99 } as const;

/** The dictionary and the rows drawn with it; each row is drawn when it is read. */
export interface PublishedDataset {
  readonly dictionary: readonly Entry[];
  readonly rows: Iterable<DatasetRow>;
}

/**
 * Draws the paper's published data set again from its word list, which is not ours to ship. Its generator seeds
 * Python's `random` with 42 once and then calls `sample(words, 100)`, `randint(-99, 99)` for each word in that order
 * and, a row after the other, `choices(keys, k=50000)`. The same words in another order are another data set.
 *
 * @param words the 101 words in the order of the list
 */
export function drawPublished(words: readonly string[]): PublishedDataset {
  const random = new CpythonRandom(42);
  const { entries, valueMax, rows, horizon } = published;
  const dictionary = random
    .sample(words, entries)
    .map((key) => ({ key, value: random.randint(-valueMax, valueMax) }));
  const keys = dictionary.map(({ key }) => key);
  function* draw(): Generator<DatasetRow> {
    for (let row = 0; row < rows; row++) yield { dictionary, keys: random.choices(keys, horizon) };
  }
  return { dictionary, rows: draw() };
}

/** Some words of the list, by their place in it: those whose values or rows are known from the published set. */
const known: Readonly<Record<number, string>> = {
  0: "about",
  1: "above",
  3: "adult",
  9: "alarm",
  14: "alone",
  31: "blind",
  32: "block",
  35: "brain",
  44: "build",
  47: "cable",
  62: "coach",
  63: "could",
  66: "craft",
  75: "doubt",
  81: "drive",
  94: "fault",
  100: "first",
};

/**
 * The first place (from 0) at which a list cannot be the published one, with the word that belongs there; else null.
 */
export function firstDifference(words: readonly string[]): { place: number; word: string } | null {
  for (const [place, word] of Object.entries(known))
    if (words[Number(place)] !== word) return { place: Number(place), word };
  return null;
}
