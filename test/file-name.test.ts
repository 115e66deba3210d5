import { expect, test } from "vitest";
import { fileNameOf } from "../src/file-name.ts";

test.each([
  ["/models/a.gguf", "a.gguf"],
  ["C:\\models\\a b.gguf", "a b.gguf"],
  ["a.gguf", "a.gguf"],
  ["", ""],
])("the file of %j is %j", (path, name) => {
  expect(fileNameOf(path)).toBe(name);
});
