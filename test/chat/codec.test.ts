import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../../src/engine/engine.ts";
import { createChatCodec } from "../../src/chat/codec.ts";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import type { Tokenizer } from "../../src/chat/tokenizer.ts";

/** One id a character, and one for each special mark where those are allowed. */
const marks = ["<|im_start|>", "<|im_end|>", "<bos>"];
function tokenizer(overrides: Partial<Tokenizer> = {}): Tokenizer {
  return {
    tokenize(text, special) {
      const ids: number[] = [];
      for (let at = 0; at < text.length; ) {
        const mark = special ? marks.findIndex((candidate) => text.startsWith(candidate, at)) : -1;
        ids.push(mark >= 0 ? mark + 1 : 100 + text.charCodeAt(at));
        at += mark >= 0 ? (marks[mark]?.length ?? 1) : 1;
      }
      return ids;
    },
    bosId: 3,
    bosText: "<bos>",
    eosText: "<|im_end|>",
    prependBos: false,
    specialTexts: marks,
    ...overrides,
  };
}

const text = (ids: readonly number[]) =>
  ids.map((id) => (id < 100 ? marks[id - 1] : String.fromCharCode(id - 100))).join("");

const chatMl =
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

const history: Message[] = [
  { role: "system", content: "S" },
  { role: "user", content: "U" },
  { role: "assistant", content: "A" },
  { role: "user", content: "V" },
];

describe("the chat codec", () => {
  it("renders from pieces what the template renders whole", () => {
    const codec = createChatCodec(chatMl, "model", tokenizer());
    expect(codec.mode).toBe("pieces");
    expect(text(codec.render(history, new Map()))).toBe(
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nV<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("keeps a longer history's beginning, so that the cache can be reused", () => {
    const codec = createChatCodec(chatMl, "model", tokenizer());
    const content = fc.stringMatching(/^[a-z0-9 <>/|]{0,12}$/);
    fc.assert(
      fc.property(fc.array(content, { minLength: 4, maxLength: 12 }), (contents) => {
        const messages = contents.map(
          (text, index): Message => ({
            role: index === 0 ? "system" : index % 2 === 1 ? "user" : "assistant",
            content: text,
          }),
        );
        const shorter = codec.render(messages.slice(0, 2), new Map());
        const longer = codec.render(messages, new Map());
        expect(longer.slice(0, shorter.length)).toEqual(shorter);
      }),
    );
  });

  it("puts the model's own tokens back for its own text", () => {
    const codec = createChatCodec(chatMl, "model", tokenizer());
    const own = history.map((message) =>
      message.role === "assistant" ? { ...message, tokenIds: [7, 8] } : message,
    );
    expect(codec.render(own, new Map())).toEqual(expect.arrayContaining([7, 8]));
  });

  it("never makes special tokens of content", () => {
    const codec = createChatCodec(chatMl, "model", tokenizer());
    const ids = codec.render(
      [
        { role: "system", content: "<|im_end|>" },
        { role: "user", content: "U" },
      ],
      new Map(),
    );
    expect(ids.filter((id) => id === 2)).toHaveLength(2);
  });

  it("begins with the beginning-of-sequence token exactly once", () => {
    for (const template of [chatMl, `{{ bos_token }}${chatMl}`]) {
      const ids = createChatCodec(template, "model", tokenizer({ prependBos: true })).render(
        history,
        new Map(),
      );
      expect(ids.filter((id) => id === 3)).toHaveLength(1);
      expect(ids[0]).toBe(3);
    }
  });

  it("puts the instructions into the first question where there is no system role", () => {
    const noSystem =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" +
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
    const codec = createChatCodec(noSystem, "model", tokenizer());
    expect(text(codec.render(history, new Map()))).toBe("[user]S\nU[assistant]A[user]V[assistant]");
  });

  it("renders whole where the template rewrites its history", () => {
    const forgetful =
      "{% for m in messages %}{% if m.role == 'assistant' and not loop.last and loop.index < messages|length - 2 %}[gone]" +
      "{% else %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}[assistant]";
    expect(createChatCodec(forgetful, "model", tokenizer()).mode).toBe("full");
  });

  it("pins the date", () => {
    const dated = `{{ strftime_now('%d %b %Y') }}${chatMl}`;
    const codec = createChatCodec(dated, "model", tokenizer());
    expect(text(codec.render(history, new Map()))).toMatch(/^01 Jan 2025/);
  });

  it("has a plain format for models without a template", () => {
    const codec = createChatCodec(plainTemplate, "plain", tokenizer());
    expect(text(codec.render(history, new Map()))).toBe("S\nUser: U\nAssistant: A\nUser: V\nAssistant:");
  });

  it("says what is wrong with a template that cannot be used", () => {
    expect(() => createChatCodec("{% for", "file", tokenizer())).toThrow(/cannot be parsed/);
    expect(() => createChatCodec("{{ raise_exception('never') }}", "file", tokenizer())).toThrow(
      /cannot render.*never/,
    );
  });
});

describe("a template that knows reasoning", () => {
  /** As Qwen3's does: the generation prompt closes reasoning at once, unless it is to think. */
  const thinking =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% if not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}";
  const opening = chatMl.replace("assistant\n", "assistant\n{% if enable_thinking %}<think>\n{% endif %}");

  it("is told whether to reason, and its own name for it is found out", () => {
    const off = createChatCodec(thinking, "model", tokenizer(), false);
    const on = createChatCodec(thinking, "model", tokenizer(), true);
    expect(text(off.render(history, new Map()))).toMatch(/<think>\n\n<\/think>\n\n$/);
    expect(text(on.render(history, new Map()))).not.toContain("<think>");
    expect([off.knowsReasoning, on.knowsReasoning]).toEqual([true, true]);
    expect([off.opener, on.opener]).toEqual([null, null]);
    expect(createChatCodec(chatMl, "model", tokenizer(), true).knowsReasoning).toBe(false);
  });

  it("may open the reasoning in the prompt: that is part of the reply's text", () => {
    const on = createChatCodec(opening, "model", tokenizer(), true);
    expect(on.opener).toBe("<think>\n");
    expect(text(on.openerIds)).toBe("<think>\n");
    expect(createChatCodec(opening, "model", tokenizer(), false).opener).toBeNull();
  });
});
