import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { privateText } from "../../src/doctor/private-text.ts";

it("keeps what went wrong, and no name of a folder, a file or a host", () => {
  expect(privateText("libcublas.so.13: cannot open shared object file")).toBe(
    "libcublas.so.13: cannot open shared object file",
  );
  expect(privateText(`cannot read ${join(homedir(), "secret", "m.gguf")}: no such file`)).toBe(
    "cannot read ...: no such file",
  );
  expect(privateText("open '/data/jane/m.gguf' failed")).toBe("open '...' failed");
  expect(privateText(String.raw`open C:\Users\jane\m.gguf failed`)).toBe("open ... failed");
  expect(privateText(`lock held on ${hostname()}, by ${userInfo().username}`)).toBe(
    "lock held on ..., by ...",
  );
  expect(privateText(`${hostname()}x is another word`)).toBe(`${hostname()}x is another word`);
});

it("takes the line that says it, not the stack behind it", () => {
  expect(privateText("x.js:1\nTypeError: no such thing\n    at main\n\nNode.js v20")).toBe(
    "TypeError: no such thing",
  );
});

it("is nothing where nothing was said", () => {
  expect([privateText(null), privateText(" \n")]).toEqual([null, null]);
});
