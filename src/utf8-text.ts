/**
 * The text of a file's bytes, without a byte-order mark. One that was written in another encoding is refused: read as if
 * it were UTF-8 it would hold other names than it says.
 *
 * @throws Error saying so
 */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError)
      throw new Error("it is not UTF-8 text; save it as that", { cause: error });
    throw error;
  }
}
