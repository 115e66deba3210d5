import { type Cursor, withCursor } from "./cursor.ts";
import { refuseModel } from "./refusal.ts";

/** Told what a header holds while it is walked over. */
export interface HeaderListener {
  /** Numbers, truth values, texts and short lists of numbers: no vocabulary. */
  readonly onValue: (key: string, value: HeaderValue) => void;
  /** @param type ggml's number. @param offset from the first tensor on */
  readonly onTensor: (name: string, shape: readonly number[], type: number, offset: number) => void;
}

export type HeaderValue = string | number | boolean | readonly number[];

/**
 * Walks over a GGUF's header without keeping it and refuses one that leads outside of the file. The parser that reads
 * the values afterwards believes every length, and past the end of a file it goes on reading zeros: with a damaged
 * count it would run until the memory is full.
 *
 * @returns the byte behind the header
 * @throws EngineError `model_unreadable`
 */
export function checkBounds(path: string, listener: HeaderListener | null = null): number {
  let end = 0;
  withCursor(path, (cursor) => {
    const { keyCount, tensorCount } = readCounts(cursor);
    let last = "the counts";
    for (let index = 0; index < keyCount; index++) {
      cursor.at = `key ${index + 1} of ${keyCount}, behind ${last}`;
      const key = nameIn(cursor, keyBytesMax);
      cursor.at = `"${key}", behind ${last}`;
      walkValue(cursor, key, listener);
      // Behind a list of the wrong length its items read as keys.
      if (/^[\w-]+(\.[\w-]+)+$/.test(key)) last = `"${key}"`;
    }
    for (let index = 0; index < tensorCount; index++) {
      cursor.at = `tensor ${index + 1} of ${tensorCount}, behind ${last}`;
      const name = nameIn(cursor, tensorNameBytesMax);
      last = `tensor ${name}`;
      cursor.at = last;
      const shape = shapeIn(cursor);
      const [type, offset] = [cursor.u32(), cursor.u64()];
      listener?.onTensor(name, shape, type, offset);
    }
    end = cursor.offset;
  });
  return end;
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

const arrayElementsMax = 4 * 1024 * 1024;
/** Of keys, and of tensors. */
const countMax = 65_536;
/** llama.cpp takes names of tensors of 63 bytes; the format's keys have 65,535. */
const tensorNameBytesMax = 63;
const keyBytesMax = 65_535;
/** Of a tensor: llama.cpp knows no more dimensions, and no file holds as many elements. */
const dimensionsMax = 4;
const sizeMax = 2 ** 40;

/** Of a list that is told: llama.cpp's limit of layers. */
const listMax = 512;
/** Of a text that is told: chat templates take up to some 30 kB. */
const textBytesMax = 128 * 1024;

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

function shapeIn(cursor: Cursor): number[] {
  const dimensions = cursor.u32();
  if (dimensions > dimensionsMax) cursor.refuse(`it has ${dimensions} dimensions`);
  return Array.from({ length: dimensions }, () => {
    const size = cursor.u64();
    if (size > sizeMax) cursor.refuse(`it is ${size} wide in one of its dimensions`);
    return size;
  });
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
  walkValue(cursor, key, null);
}

function walkValue(cursor: Cursor, key: string, listener: HeaderListener | null): void {
  const type = cursor.u32();
  // Read by llama.cpp without a look at the type: another one ends the process on an assertion.
  if (key === "split.count" && type !== uint16Type)
    cursor.refuse(`it has type ${type} instead of ${uint16Type}`);
  if (type !== arrayType) {
    const value = listener === null ? null : scalarAt(cursor, type);
    if (value !== null) listener?.onValue(key, value);
    return skipValues(cursor, type, 1);
  }
  const elementType = cursor.u32();
  const length = cursor.u64();
  if (length > arrayElementsMax) cursor.refuse(`it lists ${length} values`);
  if (listener !== null && length <= listMax && elementType !== stringType) {
    const bytes = valueBytes[elementType] ?? 0;
    const values = Array.from({ length }, (_, index) => scalarAt(cursor, elementType, index * bytes));
    if (values.every((value) => value !== null)) listener.onValue(key, values.map(Number));
  }
  return skipValues(cursor, elementType, length);
}

/** What stands so many bytes further on, without moving there; null: of a type or a length that nobody asks for. */
function scalarAt(cursor: Cursor, type: number, ahead = 0): string | number | boolean | null {
  const length = type === stringType ? cursor.peek(8, ahead)?.readBigUInt64LE() : undefined;
  if (length !== undefined)
    return length > textBytesMax ? null : (cursor.peek(Number(length), ahead + 8)?.toString("utf8") ?? null);
  const bytes = cursor.peek(valueBytes[type] ?? 0, ahead);
  return bytes === null ? null : (readers[type]?.(bytes) ?? null);
}

const readers: Readonly<Record<number, (bytes: Buffer) => number | boolean>> = {
  0: (bytes) => bytes.readUInt8(),
  1: (bytes) => bytes.readInt8(),
  2: (bytes) => bytes.readUInt16LE(),
  3: (bytes) => bytes.readInt16LE(),
  4: (bytes) => bytes.readUInt32LE(),
  5: (bytes) => bytes.readInt32LE(),
  6: (bytes) => bytes.readFloatLE(),
  7: (bytes) => bytes.readUInt8() !== 0,
  10: (bytes) => Number(bytes.readBigUInt64LE()),
  11: (bytes) => Number(bytes.readBigInt64LE()),
  12: (bytes) => bytes.readDoubleLE(),
};

function skipValues(cursor: Cursor, type: number, count: number): void {
  if (type === stringType) return cursor.skipTexts(count);
  const bytes = valueBytes[type];
  // Lists of lists are refused by llama.cpp too.
  if (bytes === undefined) return cursor.refuse(`it has type ${type}`);
  cursor.skip(bytes * count);
}
