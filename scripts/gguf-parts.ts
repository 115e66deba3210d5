/** A GGUF taken apart: everything in it can be changed and put together again without being made right. */
export interface Entry {
  key: string;
  type: number;
  /** As it stands in the file, after the type. */
  value: Buffer;
}

export interface Tensor {
  name: string;
  shape: bigint[];
  type: number;
  offset: bigint;
}

export interface Parts {
  magic: string;
  version: number;
  /** Added to what is really there. */
  extraKeys: bigint;
  extraTensors: bigint;
  entries: Entry[];
  tensors: Tensor[];
  data: Buffer;
}

export const typeNumbers = {
  u8: 0,
  u16: 2,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  text: 8,
  list: 9,
  u64: 10,
} as const;
const typeBytes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const alignment = 32;

export function putItems(entry: Entry, items: readonly Buffer[]): void {
  entry.value = Buffer.concat([entry.value.subarray(0, 4), u64(BigInt(items.length)), ...items]);
}

export function itemsOf({ value }: Entry): Buffer[] {
  const reader = new Reader(value);
  const type = reader.u32();
  return Array.from({ length: Number(reader.u64()) }, () => reader.value(type));
}

export function takeApart(good: Buffer): Parts {
  const reader = new Reader(good);
  const [magic, version] = [reader.take(4).toString("latin1"), reader.u32()];
  const [tensorCount, keyCount] = [Number(reader.u64()), Number(reader.u64())];
  const entries = Array.from({ length: keyCount }, (): Entry => {
    const key = reader.text();
    const type = reader.u32();
    return { key, type, value: Buffer.from(reader.value(type)) };
  });
  const tensors = Array.from({ length: tensorCount }, (): Tensor => {
    const name = reader.text();
    const shape = Array.from({ length: reader.u32() }, () => reader.u64());
    return { name, shape, type: reader.u32(), offset: reader.u64() };
  });
  const data = Buffer.from(good.subarray(Math.ceil(reader.offset / alignment) * alignment));
  return { magic, version, extraKeys: 0n, extraTensors: 0n, entries, tensors, data };
}

export function putTogether({
  magic,
  version,
  extraKeys,
  extraTensors,
  entries,
  tensors,
  data,
}: Parts): Buffer {
  const header = Buffer.concat([
    Buffer.from(magic, "latin1"),
    u32(version),
    u64(BigInt(tensors.length) + extraTensors),
    u64(BigInt(entries.length) + extraKeys),
    ...entries.flatMap(({ key, type, value }) => [text(key), u32(type), value]),
    ...tensors.flatMap(({ name, shape, type, offset }) => [
      text(name),
      u32(shape.length),
      ...shape.map(u64),
      u32(type),
      u64(offset),
    ]),
  ]);
  const padding = Buffer.alloc((alignment - (header.length % alignment)) % alignment);
  return Buffer.concat([header, padding, data]);
}

class Reader {
  offset = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    this.offset += length;
    return this.#bytes.subarray(this.offset - length, this.offset);
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64LE();
  }

  text(): string {
    return this.take(Number(this.u64())).toString();
  }

  /** The bytes of a value, lengths included. */
  value(type: number): Buffer {
    const start = this.offset;
    if (type === typeNumbers.text) this.text();
    else if (type === typeNumbers.list) {
      const inner = this.u32();
      for (let left = this.u64(); left > 0n; left--) this.value(inner);
    } else this.take(typeBytes[type] ?? 0);
    return this.#bytes.subarray(start, this.offset);
  }
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

export function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

export function i32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}

export function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

export function u64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return buffer;
}
