import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { refuseModel } from "./refusal.ts";

/** Opens a file for as long as it is used. @throws EngineError `model_unreadable` */
export function withCursor(path: string, use: (cursor: Cursor) => void): void {
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

/** Reads forwards through a window, so that a header is never in memory as a whole. */
export class Cursor {
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

  get offset(): number {
    return this.#offset;
  }

  /** @throws EngineError */
  refuse(why: string): never {
    return refuseModel(this.path, `its header is damaged at ${this.at}: ${why}`);
  }

  magic(): string {
    return this.take(4).toString("latin1");
  }

  u32(): number {
    return this.#buffer.readUInt32LE(this.#place(4));
  }

  /** Above 2^53 not exact, but then above every limit too. Read for every token of a vocabulary. */
  u64(): number {
    const at = this.#place(8);
    return this.#buffer.readUInt32LE(at) + this.#buffer.readUInt32LE(at + 4) * 2 ** 32;
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

  /** Vocabularies are nearly all of a header: texts in the window are passed without a call for each. */
  skipTexts(count: number): void {
    for (let left = count; left > 0; left--) {
      const inWindow = this.#skipShortTexts(left);
      left -= inWindow;
      if (left > 0) this.skip(this.u64());
    }
  }

  /** @returns how many were passed: up to one that is longer than 64 kB, or leads out of the window */
  #skipShortTexts(count: number): number {
    const bytes = this.#buffer;
    const last = Math.min(this.#end, headerBytesMax) - this.#start;
    let at = this.#offset - this.#start;
    let passed = 0;
    for (; at >= 0 && at + 8 <= last && passed < count; passed++) {
      const rest =
        bytes[at + 2]! | bytes[at + 3]! | bytes[at + 4]! | bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]!;
      const next = at + 8 + (bytes[at]! | (bytes[at + 1]! << 8));
      if (rest !== 0 || next > last) break;
      at = next;
    }
    this.#offset = at + this.#start;
    return passed;
  }

  take(bytes: number): Buffer {
    const at = this.#place(bytes);
    return this.#buffer.subarray(at, at + bytes);
  }

  /** The bytes that follow, which are not passed; null: there are not so many. */
  peek(bytes: number, ahead: number): Buffer | null {
    const from = this.#offset + ahead;
    if (from + bytes > this.sizeBytes || bytes > this.#buffer.length) return null;
    if (from < this.#start || from + bytes > this.#end) this.#fill(from);
    return from + bytes > this.#end
      ? null
      : this.#buffer.subarray(from - this.#start, from - this.#start + bytes);
  }

  /** Passes so many bytes. @returns where they stand in the window */
  #place(bytes: number): number {
    const from = this.#offset;
    this.skip(bytes);
    if (from < this.#start || from + bytes > this.#end) this.#fill(from);
    // The file may have become shorter since it was opened.
    if (from + bytes > this.#end)
      refuseModel(this.path, `its header is damaged or cut off at ${this.at}: ${bytes} bytes are to follow`);
    return from - this.#start;
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

/** Far above what any model has (vocabularies of 300,000 tokens take 15 MB), and read in about a second. */
const headerBytesMax = 128 * 1024 * 1024;
