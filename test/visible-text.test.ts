import fc from "fast-check";
import { expect, test } from "vitest";
import { visible, visibleLines } from "../src/visible-text.ts";

test("what would steer a terminal or turn a text round is written out", () => {
  expect(visible("a\u001b[2Jb\u202ec\u2028\u007f\n\t\rd")).toBe(
    "a\\u001b[2Jb\\u202ec\\u2028\\u007f\\n\\t\\rd",
  );
  expect(visible("half \ud83d of a character")).toBe("half \\ud83d of a character");
});

test("any other text stays as it is", () => {
  for (const text of ["plain", "C:\\models\\a.gguf", "Größe ± 5 “quoted”", "日本語", "😀 👩‍👩‍👧"])
    expect(visible(text)).toBe(text);
});

test("line feeds and tabs may stay, other ends of lines may not", () => {
  expect(visibleLines("a\n\tb\r\u0085c")).toBe("a\n\tb\\r\\u0085c");
});

test("nothing that steers is left of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
      expect(visible(visible(text))).toBe(visible(text));
    }),
  );
});
