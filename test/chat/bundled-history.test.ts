import { describe, expect, it } from "vitest";
import { createChat } from "../../src/chat/chat.ts";
import { javascriptJinja } from "../../src/chat/javascript-jinja.ts";
import { plainChat } from "../engine/llama/plain-chat.ts";
import { bundledTemplates } from "./bundled-templates.ts";
import { fakeTokenizer } from "./fake-tokenizer.ts";

const bundled = bundledTemplates();

describe.skipIf(bundled === null)("the templates in llama.cpp's source", () => {
  const chats = [...(bundled ?? [])].map(([name, text]) => {
    const chat = createChat({ text, source: "model" }, fakeTokenizer(), plainChat, javascriptJinja);
    return { name: name.replace(".jinja", ""), ...chat };
  });
  const named = (isMeant: (chat: (typeof chats)[number]) => boolean): string[] =>
    chats.filter(isMeant).map(({ name }) => name);

  it("let earlier turns stand, but for the one that moves the instructions, which is warned about", () => {
    expect(named(({ facts }) => facts.history !== "appends")).toEqual([
      "mistralai-Mistral-Nemo-Instruct-2407",
    ]);
    expect(
      named(({ warnings }) => warnings.some((warning) => /moves the instructions/.test(warning))),
    ).toEqual(["mistralai-Mistral-Nemo-Instruct-2407"]);
    expect(named(({ warnings }) => warnings.some((warning) => /rewrites/.test(warning)))).toEqual([]);
  });

  it("frame one exchange like another, but for two", () => {
    expect(named(({ mode }) => mode === "full")).toEqual([
      "Kimi-K2-Thinking",
      "mistralai-Mistral-Nemo-Instruct-2407",
    ]);
  });

  it("have a system role, but for one", () => {
    expect(named(({ facts }) => facts.system === "joined")).toEqual(["google-gemma-2-2b-it"]);
  });
});
