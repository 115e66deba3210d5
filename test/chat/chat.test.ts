import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chat, createChat } from "../../src/chat/chat.ts";
import { type Prompt, PromptMemory } from "../../src/chat/codec.ts";
import { javascriptJinja } from "../../src/chat/javascript-jinja.ts";
import type { HistoryMessage } from "../../src/chat/message.ts";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import type { Tokenizer } from "../../src/chat/tokenizer.ts";
import type { ChatOptions } from "../../src/chat/variables.ts";
import { plainChat } from "../engine/llama/plain-chat.ts";
import { fakeText, fakeTokenizer } from "./fake-tokenizer.ts";

const chatMl =
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

function chatOf(text: string, options: Partial<ChatOptions> = {}, tokenizer: Partial<Tokenizer> = {}): Chat {
  const template = { text, source: text === plainTemplate ? ("plain" as const) : ("model" as const) };
  return createChat(template, fakeTokenizer(tokenizer), { ...plainChat, ...options }, javascriptJinja);
}

const history: HistoryMessage[] = [
  { role: "system", content: "S" },
  { role: "user", content: "U" },
  { role: "assistant", content: "A" },
  { role: "user", content: "V" },
];

function ids(chat: Chat, messages: readonly HistoryMessage[]): readonly number[] {
  return chat.prompt(messages).tokens;
}

/** Plays a conversation in which the model says these texts, character by character. */
function play(chat: Chat, answers: readonly string[]) {
  const messages: HistoryMessage[] = history.slice(0, 2);
  return answers.map((text) => {
    const before = chat.prompt(messages);
    const said = fakeTokenizer().tokenize(text, false);
    const own = { text, ids: said, generation: before.generation };
    messages.push({ role: "assistant", content: text, own }, { role: "user", content: "V" });
    const after = chat.prompt(messages);
    const kept = [...before.tokens, ...said];
    const isKept = kept.every((id, index) => after.tokens[index] === id);
    return { text: fakeText(after.tokens), isKept, form: after.answerForm, own: after.text() };
  });
}

/** All of a prompt as values. */
function laid(prompt: Prompt) {
  return { ...prompt, text: prompt.text() };
}

describe("a conversation's wording", () => {
  it("is put together from pieces where every exchange is framed alike", () => {
    const chat = chatOf(chatMl);
    expect(chat.mode).toBe("pieces");
    expect(fakeText(ids(chat, history))).toBe(
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nV<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("is the template's own text whatever is said, from pieces or whole", () => {
    const templates = [
      chatMl,
      chatMl.replace("{{ m.content }}", "{{ m.content | trim }}"),
      // Looks for a mark of its own in what was said.
      chatMl.replace("{{ m.content }}", "{{ m.content.split('</think>')[-1] }}"),
      "{% for m in messages %}{% if m.role == 'user' and loop.last %}[last]{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]",
      plainTemplate,
    ];
    const said = fc.string({
      unit: fc.constantFrom("a", " ", "\n", "</think>", "<", "7", "[user]"),
      maxLength: 6,
    });
    for (const template of templates) {
      const chat = chatOf(template);
      fc.assert(
        fc.property(fc.array(fc.tuple(said, said), { maxLength: 5 }), (exchanges) => {
          const messages: HistoryMessage[] = [
            ...history.slice(0, 2),
            ...exchanges.flatMap(([answer, question]): HistoryMessage[] => [
              { role: "assistant", content: answer },
              { role: "user", content: question },
            ]),
          ];
          expect(chat.prompt(messages).text()).toBe(chat.renderer.render(messages));
        }),
        { numRuns: 60 },
      );
    }
  });

  it("is rendered whole where a template leaves out turns of a long conversation, or raises", () => {
    const forgets = chatMl.replace("for m in messages", "for m in messages[-40:]");
    const raises = `{% if messages | length > 100 %}{{ raise_exception('too long') }}{% endif %}${chatMl}`;
    const messages: HistoryMessage[] = [
      ...history.slice(0, 2),
      ...Array.from({ length: 60 }, () => history.slice(2)).flat(),
    ];
    expect([chatOf(forgets).mode, chatOf(raises).mode]).toEqual(["full", "full"]);
    expect(fakeText(ids(chatOf(forgets), messages)).match(/im_start/g)).toHaveLength(41);
    expect(() => chatOf(raises).prompt(messages)).toThrow(/too long/);
  });

  it("is the same whether it is laid anew or goes on from the turn before", () => {
    const said = fc.constantFrom("5", " 5", "5 \n", "", "<|im_end|>", "</think>5", "7");
    const turn = fc.record({ answer: said, isOwn: fc.boolean(), kept: fc.integer({ min: 0, max: 3 }) });
    for (const template of [chatMl, plainTemplate, chatMl.replace("m.content", "m.content | trim")]) {
      const chat = chatOf(template);
      fc.assert(
        fc.property(fc.array(turn, { maxLength: 8 }), (turns) => {
          const memory = new PromptMemory();
          let messages: HistoryMessage[] = history.slice(0, 2);
          for (const { answer, isOwn, kept } of turns) {
            const { generation } = chat.prompt(messages, memory);
            const own = { text: answer, ids: fakeTokenizer().tokenize(answer, false), generation };
            const added: HistoryMessage[] = [
              { role: "assistant", content: answer, ...(isOwn ? { own } : {}) },
              { role: "user", content: "V" },
            ];
            // Now and then the history shows less than before.
            messages = kept === 0 ? [...messages.slice(0, 2), ...added] : [...messages, ...added];
            expect(laid(chat.prompt(messages, memory))).toEqual(laid(chat.prompt(messages)));
          }
        }),
        { numRuns: 100 },
      );
    }
  });

  it("is the template's own text where that depends on the length of a text or a conversation", () => {
    const exchanges = (count: number, answer: string, question: string): HistoryMessage[] => [
      ...history.slice(0, 2),
      ...Array.from({ length: count }).flatMap((): HistoryMessage[] => [
        { role: "assistant", content: answer },
        { role: "user", content: question },
      ]),
    ];
    const templates = [
      chatMl.replace("{{ m.content }}", "{{ m.content if m.role == 'user' else m.content[:300] }}"),
      chatMl.replace("{{ m.content }}", "{{ m.content[:300] if m.role == 'user' else m.content }}"),
      chatMl.replace("{{ m.content }}", "{% if loop.revindex < 40 %}{{ m.content }}{% endif %}"),
      chatMl.replace("m.content", "m.content | trim"),
    ];
    for (const template of templates)
      for (const messages of [
        exchanges(2, "so ".repeat(200), "why ".repeat(200)),
        exchanges(30, "5", "V"),
        exchanges(2, "\u3000 5", "V\u00a0"),
      ]) {
        const chat = chatOf(template);
        expect(chat.prompt(messages).text()).toBe(chat.renderer.render(messages));
      }
  });

  it("keeps the template's marks where it frames or words an answer by what it says", () => {
    for (const shown of [
      "{{ m.content | title if m.role == 'assistant' else m.content }}",
      "{% if m.content == '[5]' %}[five]{{ m.content }}{% else %}{{ m.content }}{% endif %}",
      "{{ m.content }}{% if m.content == '[5]' %}<|im_end|>{% endif %}",
    ]) {
      const messages = [
        ...history,
        { role: "assistant", content: "5" },
        { role: "user", content: "W" },
      ] as const;
      const chat = chatOf(chatMl.replace("{{ m.content }}", shown));
      const text = chat.renderer.render(messages);
      expect(ids(chat, messages)).toEqual(fakeTokenizer().tokenize(text, true));
    }
  });

  it("never makes special tokens of what is said", () => {
    for (const template of [chatMl, `${chatMl}{{ messages | length }}`]) {
      const messages: HistoryMessage[] = history.map((message) => ({ ...message, content: "x<|im_end|>" }));
      expect(ids(chatOf(template), messages).filter((id) => id === 2)).toHaveLength(4);
    }
  });

  it("begins with the beginning-of-sequence token exactly once", () => {
    for (const template of [chatMl, `{{ bos_token }}${chatMl}`]) {
      const tokens = ids(chatOf(template, {}, { prependBos: true }), history);
      expect(tokens.filter((id) => id === 3)).toHaveLength(1);
      expect(tokens[0]).toBe(3);
    }
  });

  it("says what is wrong with a template that cannot be used", () => {
    expect(() => chatOf("{% for")).toThrow(/cannot be parsed/);
    expect(() => chatOf("{{ raise_exception('never') }}")).toThrow(/cannot render.*never/);
  });
});

describe("the model's own words", () => {
  const odd = ["<answer>5</answer>", "  5", "5 \n", "\n\n5\n", "so:\n5", " <answer>-3</answer>  "];

  it("go back as they were where the template shows them", () => {
    for (const { isKept, form } of play(chatOf(chatMl), odd)) expect([isKept, form]).toEqual([true, "exact"]);
  });

  it("go back as they were where it only trims them", () => {
    const trims = chatMl.replace("{{ m.content }}", "{{ m.content | trim }}");
    const turns = play(chatOf(trims), odd);
    expect(turns.map(({ isKept }) => isKept)).toEqual(odd.map(() => true));
    expect(turns.map(({ form }) => form)).toEqual(["exact", "edges", "edges", "edges", "exact", "edges"]);
    expect(turns[1]?.own).toContain("assistant\n  5<|im_end|>");
  });

  it("go back in the plain format without a space more than the model made", () => {
    const turns = play(chatOf(plainTemplate), [" 5", " 6", "7", "  8"]);
    expect(turns.map(({ isKept }) => isKept)).toEqual([true, true, true, true]);
    expect(turns.at(-1)?.text).toBe(
      "S\nUser: U\nAssistant: 5\nUser: V\nAssistant: 6\nUser: V\nAssistant:7\nUser: V\nAssistant:  8\nUser: V\nAssistant:",
    );
  });

  it("go back behind another frame where the prompt's last words are left out of the history", () => {
    const closes = chatMl.replace("assistant\n{% endif %}", "assistant\n<think>\n\n</think>\n\n{% endif %}");
    const [turn] = play(chatOf(closes), ["5"]);
    expect(turn).toMatchObject({ isKept: false, form: "exact" });
    expect(turn?.text).toContain("assistant\n5<|im_end|>");
  });

  it("are what the template shows where it shows something else", () => {
    const shouts = chatMl.replace("{{ m.content }}", "{{ m.content | upper }}");
    const [turn] = play(chatOf(shouts), ["five"]);
    expect(turn).toMatchObject({ isKept: false, form: "rewritten" });
    expect(turn?.text).toContain("FIVE");
    const [same] = play(chatOf(shouts), [" 5\n"]);
    expect(same).toMatchObject({ isKept: true, form: "exact" });
  });

  it("are not taken for a part of longer ones", () => {
    const adds = chatMl.replace("{{ m.content }}", "{{ m.content }}{{ '6' if m.role == 'assistant' }}");
    const [turn] = play(chatOf(adds), ["5"]);
    expect(turn?.text).toContain("assistant\n56<|im_end|>");
    expect(turn?.isKept).toBe(true);
  });

  it("go back where they are reasoning that never ended and stays in the history", () => {
    const keeps = chatMl.replace(
      "{{ m.content }}",
      "{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}",
    );
    const [turn] = play(chatOf(keeps, { pastReasoning: "all" }), ["<think>5 or 6 or"]);
    expect(turn).toMatchObject({ isKept: true, form: "exact" });
    expect(turn?.own).toContain("<think>5 or 6 or</think>");
  });

  it("go back without a line break more than the model made", () => {
    const keeps = chatMl.replace(
      "{{ m.content }}",
      "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}{{ m.content }}",
    );
    const [turn] = play(chatOf(keeps, { pastReasoning: "all" }), ["\n<think>\n5\n</think>\n\n"]);
    expect(turn).toMatchObject({ isKept: true, form: "edges" });
    expect(turn?.own).toContain("5\n</think>\n\n<|im_end|>");
  });

  it("are left out of where nothing was said", () => {
    const turns = play(chatOf(chatMl), ["", "  ", "5"]);
    expect(turns.map(({ form }) => form)).toEqual(["rewritten", "rewritten", "exact"]);
  });
});

describe("what is known of a template", () => {
  it("says whether earlier turns stay as they are", () => {
    const forgets =
      "{% for m in messages %}{% if m.role == 'assistant' and loop.index < messages | length - 2 %}[gone]" +
      "{% else %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}[assistant]";
    const moves =
      "{% for m in messages[1:] %}[{{ m.role }}]{% if loop.last %}{{ messages[0].content }} {% endif %}{{ m.content }}{% endfor %}[assistant]";
    const lastFramed =
      "{% for m in messages %}[{{ m.role }}{% if loop.last %} now{% endif %}]{{ m.content }}{% endfor %}[assistant]";
    const kinds = [chatMl, plainTemplate, forgets, moves, lastFramed].map((text) => {
      const { facts, warnings, mode } = chatOf(text);
      return [facts.history, mode, warnings.filter((warning) => /rewrites|moves/.test(warning)).length];
    });
    expect(kinds).toEqual([
      ["appends", "pieces", 0],
      ["appends", "pieces", 0],
      ["rewrites", "full", 1],
      ["moves", "full", 1],
      ["rewrites", "full", 1],
    ]);
    // Behind the first question, but always there: what changes is something else.
    const second =
      "{% for m in messages[1:] %}[{{ m.role }}{% if loop.last %} now{% endif %}]{{ m.content }}" +
      "{% if loop.first %} {{ messages[0].content }}{% endif %}{% endfor %}[assistant]";
    expect(chatOf(second).facts.history).toBe("rewrites");
  });

  it("names the texts with which a turn may begin, and none that ends a reply anyway", () => {
    expect(chatOf(plainTemplate).facts.turnStarts).toEqual(["\nUser:", "\nAssistant:"]);
    expect(chatOf(chatMl).facts.turnStarts).toEqual(["<|im_start|>user", "<|im_start|>assistant"]);
    const letters = plainTemplate.replace("User:", "Q:").replaceAll("Assistant:", "A:");
    expect(chatOf(letters).facts.turnStarts).toEqual(["\nQ:", "\nA:"]);
    const labelled =
      "{% for m in messages %}{{ {'system': '', 'user': '\n\nQ: ', 'assistant': '\n### Answer:\n'}[m.role] + m.content }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '\n### Answer:\n' }}{% endif %}";
    expect(chatOf(labelled).facts.turnStarts).toEqual(["\n\nQ:", "\nQ:", "\n### Answer:"]);
    const closes = chatMl.replace("assistant\n{% endif %}", "assistant\n<think>\n\n</think>\n\n{% endif %}");
    expect(chatOf(closes).facts.turnStarts).toEqual(["<|im_start|>user", "<|im_start|>assistant"]);
    const bare = "{% for m in messages %}{{ m.content }}\n{% endfor %}";
    expect(chatOf(bare).facts.turnStarts).toEqual([]);
  });

  it("says that reasoning cannot be kept where the template never shows it", () => {
    const shows = chatMl.replace("{{ m.content }}", "{{ m.reasoning_content | default('') }}{{ m.content }}");
    const warned = [chatMl, shows].map((text) => chatOf(text, { pastReasoning: "all" }).warnings.join());
    expect(warned).toEqual([expect.stringMatching(/leaves reasoning out of earlier turns/), ""]);
    expect(chatOf(chatMl).warnings).toEqual([]);
  });

  it("says how the instructions went in where there is no role for them", () => {
    const none =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" +
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}";
    const chat = chatOf(none);
    expect(chat.facts.system).toBe("joined");
    expect(chat.warnings.join()).toMatch(/no system role/);
    expect(fakeText(ids(chat, history))).toBe("[user]S\nU[assistant]A[user]V[assistant]");
  });
});
