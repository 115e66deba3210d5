/** A token's id to its part of the text, without llama.cpp; null where plain JavaScript cannot tell. */
export interface TokenTexts {
  /** The text of generated ids, or null where one is unknown or the bytes are no UTF-8. */
  textOf(ids: readonly number[]): string | null;
}

/**
 * Reads the vocabulary of a GGUF's header. Only the two common kinds of tokenizer are known: byte-level BPE ("gpt2")
 * and SentencePiece ("llama"); null for others.
 */
export async function readTokenTexts(path: string): Promise<TokenTexts | null> {
  const { readGgufFileInfo } = await import("node-llama-cpp");
  const { metadata } = await readGgufFileInfo(path, {
    sourceType: "filesystem",
    logWarnings: false,
    spliceSplitFiles: false,
  });
  const { model, tokens, token_type: types } = metadata.tokenizer?.ggml ?? {};
  const isKnown = model === "gpt2" || model === "llama";
  if (!isKnown || !Array.isArray(tokens) || !Array.isArray(types)) return null;
  const known = new Map<number, Uint8Array | null>();
  const decode = model === "gpt2" ? byteLevelBytes : sentencePieceBytes;
  const bytesOf = (id: number): Uint8Array | null => {
    let bytes = known.get(id);
    if (bytes === undefined) {
      const token = tokens[id];
      bytes = token === undefined ? null : pieceBytes(token, Number(types[id]), decode);
      known.set(id, bytes);
    }
    return bytes;
  };
  return { textOf: (ids) => joined(ids.map(bytesOf)) };
}

type Decode = (token: string) => Uint8Array | null;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Kinds of tokens as in the header: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte. */
function pieceBytes(token: string, type: number, decode: Decode): Uint8Array | null {
  if (type === 1) return decode(token);
  if (type === 2 || type === 3 || type === 4) return encoder.encode(token);
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  return type === 6 && byte !== undefined ? Uint8Array.of(Number.parseInt(byte, 16)) : null;
}

function joined(pieces: readonly (Uint8Array | null)[]): string | null {
  const whole = pieces.filter((piece) => piece !== null);
  if (whole.length < pieces.length) return null;
  try {
    return decoder.decode(Buffer.concat(whole));
  } catch {
    return null;
  }
}

function sentencePieceBytes(token: string): Uint8Array {
  return encoder.encode(token.replaceAll("\u2581", " "));
}

/** GPT-2's alphabet: printable bytes stand for themselves, the others for characters from U+0100 on. */
const byteOfLetter: ReadonlyMap<string, number> = new Map(
  [...Array(256).keys()]
    .filter((byte) => !isPrintable(byte))
    .map((byte, index): [string, number] => [String.fromCharCode(256 + index), byte])
    .concat([...Array(256).keys()].filter(isPrintable).map((byte) => [String.fromCharCode(byte), byte])),
);

function isPrintable(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
}

function byteLevelBytes(token: string): Uint8Array | null {
  const bytes = Array.from(token, (letter) => byteOfLetter.get(letter));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : null;
}
