/** What wording a conversation needs of a model's tokenizer. */
export interface Tokenizer {
  /**
   * @param special whether text such as `<|im_end|>` becomes the token of that name
   * @param isContinued whether text goes before, so that no space is put in front
   */
  tokenize(text: string, special: boolean, isContinued?: boolean): number[];
  readonly bosId: number | null;
  readonly bosText: string;
  readonly eosText: string;
  /** Whether a prompt begins with the beginning-of-sequence token. */
  readonly prependBos: boolean;
  /** Whether it ends with the end-of-sequence token; not, where nothing is said. */
  readonly appendEos?: boolean;
  /** Texts that become tokens of their own only where special ones are allowed. */
  readonly specialTexts: readonly string[];
  /** Texts that always become tokens of their own. */
  readonly definedTexts: readonly string[];
  /** Texts of the tokens with which a model ends its reply. */
  readonly endTexts: readonly string[];
}
