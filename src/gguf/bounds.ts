import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { refuseModel } from "./refusal.ts";

/**
 * Walks over a GGUF's header without keeping it and refuses one that leads outside of the file. The parser that reads
 * the values afterwards believes every length, and past the end of a file it goes on reading zeros: with a damaged
 * count it would run until the memory is full.
 *
 * @throws EngineError `model_unreadable`
 */
export function checkBounds(path: string): void {
  withCursor(path, (cursor) => {
    const { keyCount, tensorCount } = readCounts(cursor);
    let last = "the counts";
    for (let index = 0; index < keyCount; index++) {
      cursor.at = `key ${index + 1} of ${keyCount}, behind ${last}`;
      const key = nameIn(cursor, keyBytesMax);
      cursor.at = `"${key}", behind ${last}`;
      skipValue(cursor, key);
      // Behind a list of the wrong length its items read as keys.
      if (/^[\w-]+(\.[\w-]+)+$/.test(key)) last = `"${key}"`;
    }
    for (let index = 0; index < tensorCount; index++) {
      cursor.at = `tensor ${index + 1} of ${tensorCount}, behind ${last}`;
      last = `tensor ${nameIn(cursor, tensorNameBytesMax)}`;
      cursor.at = last;
      checkShape(cursor);
      // The type (4 bytes) and the offset (8).
      cursor.skip(4 + 8);
    }
  });
}

/** What a file says it is; null where it does not. */
export interface GgufKind {
  /** `general.type`: "model", "adapter", "mmproj", "imatrix". */
  readonly type: unknown;
  readonly architecture: unknown;
  /** Null where the header cannot be read. */
  readonly tensorCount: number | null;
}

/** Looks the kind up in the first few keys of a file, where converters write it; never throws. */
export function peekKind(path: string): GgufKind {
  const found = new Map<string, string>();
  let tensorCount: number | null = null;
  try {
    withCursor(path, (cursor) => {
      const { keyCount, ...counts } = readCounts(cursor);
      tensorCount = counts.tensorCount;
      for (let index = 0; index < Math.min(keyCount, 16) && found.size < 2; index++) {
        const key = cursor.text();
        if (key !== "general.type" && key !== "general.architecture") skipValue(cursor, key);
        else if (cursor.u32() === stringType) found.set(key, cursor.text());
        else break;
      }
    });
  } catch {
    // A damaged file is told of by the check, in the same words for all.
  }
  const [type, architecture] = ["general.type", "general.architecture"].map((key) => found.get(key) ?? null);
  return { type, architecture, tensorCount };
}

/** Whether a file's first four bytes are those of a GGUF: its name may end in anything, as Ollama's blobs do. */
export function beginsAsGguf(path: string): boolean {
  let begins = false;
  try {
    withCursor(path, (cursor) => (begins = cursor.magic() === "GGUF"));
  } catch {
    // Too short, or not for this user to read.
  }
  return begins;
}

/** What lies beside models and is none, in words; null for a model. */
export function companionOf({ type, architecture }: GgufKind): string | null {
  if (type === "adapter") return "an adapter";
  if (type === "imatrix") return "an importance matrix";
  return type === "mmproj" || architecture === "clip" ? "a projector for images or sound" : null;
}

/** Far above what any model has (vocabularies of 300,000 tokens take 15 MB), and read in about a second. */
const headerBytesMax = 128 * 1024 * 1024;
const arrayElementsMax = 4 * 1024 * 1024;
/** Of keys, and of tensors. */
const countMax = 65_536;
/** llama.cpp takes names of tensors of 63 bytes; the format's keys have 65,535. */
const tensorNameBytesMax = 63;
const keyBytesMax = 65_535;
/** Of a tensor: llama.cpp knows no more dimensions, and no file holds as many elements. */
const dimensionsMax = 4;
const sizeMax = 2 ** 40;

const uint16Type = 2;
const stringType = 8;
const arrayType = 9;
/** Bytes of a value by the number of its type; strings and lists carry their length. */
const valueBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

function withCursor(path: string, use: (cursor: Cursor) => void): void {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return refuseModel(path, `it cannot be opened (${messageOf(error)})`);
  }
  try {
    use(new Cursor(path, file));
  } finally {
    closeSync(file);
  }
}

function readCounts(cursor: Cursor): { keyCount: number; tensorCount: number } {
  const { path } = cursor;
  if (cursor.sizeBytes === 0) refuseModel(path, "the file is empty");
  if (cursor.sizeBytes < 8 || cursor.magic() !== "GGUF")
    refuseModel(path, "it is not a GGUF file (its first four bytes are not GGUF)");
  const version = cursor.u32();
  // Written on a machine of the other byte order, 3 reads as 3 * 2^24.
  if (version > 0 && version % 65_536 === 0) refuseModel(path, "it is written for big-endian machines");
  if (version !== 2 && version !== 3)
    refuseModel(path, `GGUF version ${version} is not supported (2 and 3 are)`);
  const [tensorCount, keyCount] = [cursor.u64(), cursor.u64()];
  if (Math.max(keyCount, tensorCount) > countMax)
    refuseModel(path, `its header is damaged: it counts ${keyCount} keys and ${tensorCount} tensors`);
  return { tensorCount, keyCount };
}

function checkShape(cursor: Cursor): void {
  const dimensions = cursor.u32();
  if (dimensions > dimensionsMax) cursor.refuse(`it has ${dimensions} dimensions`);
  for (let index = 0; index < dimensions; index++) {
    const size = cursor.u64();
    if (size > sizeMax) cursor.refuse(`it is ${size} wide in one of its dimensions`);
  }
}

/** A key, or a tensor's name: where what stands there is none, what stood before it has another length than it says. */
function nameIn(cursor: Cursor, bytesMax: number): string {
  const bytes = cursor.u64();
  if (bytes === 0 || bytes > bytesMax) cursor.refuse(`a name of ${bytes} bytes`);
  const name = cursor.take(bytes).toString("utf8");
  // Readers nest keys by their dots: no part may stand for what every object has.
  if (/[\p{Cc}\u{FFFD}]|(^|\.)__proto__(\.|$)/u.test(name)) cursor.refuse(`"${name}" is no name`);
  return name;
}

function skipValue(cursor: Cursor, key: string): void {
  const type = cursor.u32();
  // Read by llama.cpp without a look at the type: another one ends the process on an assertion.
  if (key === "split.count" && type !== uint16Type)
    cursor.refuse(`it has type ${type} instead of ${uint16Type}`);
  if (type !== arrayType) return skipValues(cursor, type, 1);
  const elementType = cursor.u32();
  const length = cursor.u64();
  if (length > arrayElementsMax) cursor.refuse(`it lists ${length} values`);
  return skipValues(cursor, elementType, length);
}

function skipValues(cursor: Cursor, type: number, count: number): void {
  if (type === stringType) {
    for (let index = 0; index < count; index++) cursor.skip(cursor.u64());
    return;
  }
  const bytes = valueBytes[type];
  // Lists of lists are refused by llama.cpp too.
  if (bytes === undefined) return cursor.refuse(`it has type ${type}`);
  cursor.skip(bytes * count);
}

/** Reads forwards through a window, so that a header is never in memory as a whole. */
class Cursor {
  readonly path: string;
  readonly sizeBytes: number;
  /** What is being read, in words. */
  at = "the counts";
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(256 * 1024);
  #start = 0;
  #end = 0;
  #offset = 0;

  constructor(path: string, file: number) {
    this.path = path;
    this.#file = file;
    this.sizeBytes = fstatSync(file).size;
  }

  /** @throws EngineError */
  refuse(why: string): never {
    return refuseModel(this.path, `its header is damaged at ${this.at}: ${why}`);
  }

  magic(): string {
    return this.take(4).toString("latin1");
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  /** Above 2^53 not exact, but then above every limit too. */
  u64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  text(): string {
    return this.take(this.u64()).toString("utf8");
  }

  skip(bytes: number): void {
    const from = this.#offset;
    this.#offset += bytes;
    if (this.#offset > this.sizeBytes)
      refuseModel(
        this.path,
        `its header is damaged or cut off at ${this.at}: ${bytes} bytes are to follow byte ${from}, and the file has ${this.sizeBytes}`,
      );
    if (this.#offset > headerBytesMax) this.refuse(`the header takes more than ${headerBytesMax} bytes`);
  }

  take(bytes: number): Buffer {
    const from = this.#offset;
    this.skip(bytes);
    if (from < this.#start || from + bytes > this.#end) this.#fill(from);
    // The file may have become shorter since it was opened.
    if (from + bytes > this.#end)
      refuseModel(this.path, `its header is damaged or cut off at ${this.at}: ${bytes} bytes are to follow`);
    return this.#buffer.subarray(from - this.#start, from - this.#start + bytes);
  }

  #fill(from: number): void {
    try {
      this.#start = from;
      this.#end = from + readSync(this.#file, this.#buffer, 0, this.#buffer.length, from);
    } catch (error) {
      refuseModel(this.path, `it cannot be read (${messageOf(error)})`);
    }
  }
}
