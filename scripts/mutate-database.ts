import type { Random } from "../src/random.ts";

/** Damages a database file in one way, as disks, copies and hostile hands do. */
export function mutateDatabase(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  return random.pick(mutations)(copy, random);
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const mutations: readonly Mutation[] = [
  flipBits(1),
  flipBits(20),
  flipBits(2000),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => bytes.subarray(0, pageBytesOf(bytes) * random.below(pagesOf(bytes))),
  // Pages of others, and twice the same.
  (bytes, random) => {
    const [one, other] = [pageOf(bytes, random), pageOf(bytes, random)];
    const kept = Buffer.from(one);
    one.set(other);
    other.set(kept);
    return bytes;
  },
  (bytes, random) => {
    pageOf(bytes, random).set(Buffer.from(pageOf(bytes, random)));
    return bytes;
  },
  (bytes, random) => {
    pageOf(bytes, random).fill(random.pick([0, 0xff, 0x20]));
    return bytes;
  },
  // The header of the file, and that of a page with the places of its cells.
  (bytes, random) => overwrite(bytes, bytes.subarray(16, 100), random),
  (bytes, random) => overwrite(bytes, pageOf(bytes, random).subarray(0, 40), random),
  // Numbers and names in JSON and text.
  (bytes, random) => inText(bytes, random, /\d/, () => String(random.below(10))),
  (bytes, random) =>
    inText(bytes, random, /[[\]{}",:]/, () => random.pick(["[", "}", "'", " ", "\u0000", "\u001b"])),
  (bytes, random) =>
    inText(bytes, random, /[a-z]/i, () => random.pick(["\u001b", "\u0000", "<", "=", "x", "9"])),
];

function flipBits(count: number): Mutation {
  return (bytes, random) => {
    for (let flip = 0; flip < count; flip++) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  };
}

function pageBytesOf(bytes: Buffer): number {
  return bytes.readUInt16BE(16);
}

function pagesOf(bytes: Buffer): number {
  return Math.floor(bytes.length / pageBytesOf(bytes));
}

/** Of the second page on: without the first it is no database at all. */
function pageOf(bytes: Buffer, random: Random): Buffer {
  const size = pageBytesOf(bytes);
  const page = 1 + random.below(pagesOf(bytes) - 1);
  return bytes.subarray(page * size, (page + 1) * size);
}

/** @param part of the bytes */
function overwrite(bytes: Buffer, part: Buffer, random: Random): Buffer {
  for (let byte = 0; byte < 4; byte++) part[random.below(part.length)] = random.below(256);
  return bytes;
}

/** Another letter in each of five places where such a one stands. */
function inText(bytes: Buffer, random: Random, which: RegExp, letter: () => string): Buffer {
  for (let change = 0, tries = 0; change < 5 && tries < 100_000; tries++) {
    const at = random.below(bytes.length);
    if (!which.test(String.fromCharCode(bytes[at] ?? 0))) continue;
    bytes.write(letter(), at, 1, "latin1");
    change++;
  }
  return bytes;
}
