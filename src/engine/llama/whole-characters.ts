/** Texts of tokens, alone and together, at the start of a text or behind more of it. */
interface TokenTexts {
  piece(id: number, isContinued: boolean): string;
  textOf(ids: readonly number[], isContinued: boolean): string;
}

/** What stands for bytes that are no character. */
const broken = "\uFFFD";
/** Bytes of the longest character. */
const mostBytes = 4;

/** Text token by token, in whole characters: bytes of one that is not there yet wait for the rest. */
export class WholeCharacters {
  readonly #texts: TokenTexts;
  #waiting: number[] = [];
  #isContinued = false;

  constructor(texts: TokenTexts) {
    this.#texts = texts;
  }

  /** @returns what the next token completes; empty while a character is under way */
  take(id: number): string {
    const piece = this.#texts.piece(id, this.#isContinued);
    if (this.#waiting.length === 0 && !piece.includes(broken)) return this.#taken(piece);
    this.#waiting.push(id);
    const text = this.#texts.textOf(this.#waiting, this.#isContinued);
    if (text.endsWith(broken) && this.#waiting.length < mostBytes) return "";
    this.#waiting = [];
    return this.#taken(text);
  }

  #taken(text: string): string {
    this.#isContinued = true;
    return text;
  }
}

/** Ids without those of so many characters at their end; null: these end within a token. */
export function idsBefore(
  texts: TokenTexts,
  ids: readonly number[],
  characters: number,
): readonly number[] | null {
  const whole = new WholeCharacters(texts);
  const lengths = ids.map((id) => whole.take(id).length);
  let [behind, kept] = [characters, ids.length];
  while (kept > 0 && behind > 0) behind -= lengths[--kept] ?? 0;
  return behind === 0 ? ids.slice(0, kept) : null;
}
