import type { Tokenizer } from "../../src/chat/tokenizer.ts";

/** Texts of special tokens; the ids are their places from 1. */
export const fakeMarks = ["<|im_start|>", "<|im_end|>", "<bos>"];

/** One id a character, and one for each special mark where those are allowed. */
export function fakeTokenizer(overrides: Partial<Tokenizer> = {}): Tokenizer {
  return {
    tokenize(text, special) {
      const ids: number[] = [];
      for (let at = 0; at < text.length; ) {
        const mark = special ? fakeMarks.findIndex((candidate) => text.startsWith(candidate, at)) : -1;
        ids.push(mark >= 0 ? mark + 1 : 100 + text.charCodeAt(at));
        at += mark >= 0 ? (fakeMarks[mark]?.length ?? 1) : 1;
      }
      return ids;
    },
    bosId: 3,
    bosText: "<bos>",
    eosText: "<|im_end|>",
    prependBos: false,
    appendEos: false,
    specialTexts: fakeMarks,
    definedTexts: [],
    endTexts: ["<|im_end|>"],
    ...overrides,
  };
}

export function fakeText(ids: readonly number[]): string {
  return ids.map((id) => (id < 100 ? fakeMarks[id - 1] : String.fromCharCode(id - 100))).join("");
}
