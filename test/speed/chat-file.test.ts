import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readChatFile } from "../../src/speed/chat-file.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-chat-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(value: unknown): ReturnType<typeof readChatFile> {
  const path = join(folder, "chat.json");
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return readChatFile(path);
}

const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });

describe("a conversation's file", () => {
  it("is a list of messages, or an object that holds one", () => {
    const messages = [{ role: "system", content: "s" }, user("a"), assistant("b"), user("c")];
    expect(read(messages).messages).toEqual(messages);
    expect(read({ model: "x", messages }).messages).toEqual(messages);
    expect(read(messages).sha256).toBe(read({ messages }).sha256);
    expect(read([user("other")]).sha256).not.toBe(read([user("a")]).sha256);
  });

  it("may hold parts of text, and the name of today for the system", () => {
    const parts = [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ];
    expect(read([{ role: "developer", content: "s" }, user(parts)]).messages).toEqual([
      { role: "system", content: "s" },
      { role: "user", content: "ab" },
    ]);
  });

  it.each([
    ["no JSON", "{", /chat\.json: is no JSON .*Use \[\{"role"/],
    ["something else", '"text"', /holds no list of messages/],
    ["null", "null", /holds no list of messages/],
    [
      "an unknown role",
      [user("a"), { role: "tool", content: "x" }],
      /message 2 has the role "tool"\. Use system/,
    ],
    ["no role", [{ content: "x" }], /message 1 has the role of nobody/],
    ["a message that is none", [null], /message 1 has the role of nobody/],
    ["no content", [user(null)], /message 1 has no text/],
    ["an image", [user([{ type: "image_url" }])], /message 1 has no text under "content"/],
    [
      "a late system message",
      [user("a"), { role: "system", content: "s" }],
      /message 2 is the system's.*move/,
    ],
    ["two questions in a row", [user("a"), user("b")], /messages 1 and 2 are both the user's.*join/],
    ["no question", [{ role: "system", content: "s" }], /no message of the user/],
    ["nothing", [], /no message of the user/],
    ["an answer first", [assistant("a"), user("b")], /begins with an answer/],
  ])("is refused with %s: file, place and fix", (_, value, message) => {
    expect(() => read(value)).toThrow(message);
    expect(() => read(value)).toThrow(/--conversation .*chat\.json: /);
  });

  it("has to be there", () => {
    expect(() => readChatFile(join(folder, "missing.json"))).toThrow(
      /missing\.json: cannot be read .*Name a JSON/,
    );
  });
});
