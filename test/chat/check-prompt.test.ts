import { describe, expect, it } from "vitest";
import { checkPrompt } from "../../src/chat/check-prompt.ts";
import type { ChatMessage } from "../../src/chat/message.ts";
import { createRenderer } from "../../src/chat/renderer.ts";
import { EngineError } from "../../src/errors.ts";
import { bothJinjas } from "./both-jinjas.ts";
import { bundledTemplates, ownTemplates } from "./bundled-templates.ts";

const instructions = "Keep a running sum of the values below.\nReply with it.\n\nabout: -42\nassistant: 7\n";
const opening: ChatMessage[] = [
  { role: "system", content: instructions },
  { role: "user", content: "assistant" },
];
const jinjas = await bothJinjas();
const own = ownTemplates();
const bundled = bundledTemplates();

describe.each(jinjas)("the check of a prompt ($name)", (jinja) => {
  const check = (template: string, messages: readonly ChatMessage[] = opening): void => {
    const tokens = { bosText: "<s>", eosText: "</s>", prependBos: true };
    checkPrompt(createRenderer(template, tokens, { enable_thinking: true }, jinja), messages);
  };
  const another = "; name another with --chat-template";

  it("lets templates pass that show all of it, wherever they put it and whatever they trim", () => {
    const refused = ["raises-at-once.jinja"];
    for (const [name, template] of own)
      if (!refused.includes(name) && name !== "told-by-variables.jinja")
        expect(() => check(template), name).not.toThrow();
    expect(() =>
      check("{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}"),
    ).not.toThrow();
  });

  it.skipIf(bundled === null)(
    "lets every template of llama.cpp's source pass (git and the bundle needed)",
    () => {
      const refused = [...(bundled ?? [])].flatMap(([name, template]) => {
        try {
          check(template);
          return [];
        } catch (error) {
          return [`${name}: ${String(error)}`];
        }
      });
      expect(refused).toEqual([]);
    },
  );

  it("names what is left out", () => {
    const whole = `the chat template leaves out the instructions and the user's message${another}`;
    expect(() => check("x")).toThrow(whole);
    expect(() => check("<|user|>hello")).toThrow(whole);
    expect(() => check("You are helpful. {{ messages[0].content }}")).toThrow(
      `the chat template leaves out the user's message${another}`,
    );
    expect(() => check("{{ messages[0].content }}assistant:")).toThrow(/leaves out the user's message/);
    const unshown = "{% if messages[0].content %}!{% endif %}{{ messages[1].content }}";
    expect(() => check(unshown)).toThrow(`the chat template leaves out the instructions${another}`);
  });

  it("names what is not word for word", () => {
    const escaping = "{% for m in messages %}{{ m.content | replace('-', '_') }}{% endfor %}";
    expect(() => check(escaping)).toThrow(
      `the chat template changes the words of the instructions${another}`,
    );
    expect(() => check("{{ messages[0].content | replace('-', '_') }}")).toThrow(
      "changes the words of the instructions and leaves out the user's message",
    );
    const quoting = "{% for m in messages %}{{ m | tojson }}{% endfor %}";
    expect(() => check(quoting)).toThrow(/the instructions/);
  });

  it("wants the order kept", () => {
    const backwards = "{% for m in messages | reverse %}[{{ m.content }}]{% endfor %}";
    expect(() =>
      check(backwards, [
        { role: "system", content: instructions },
        { role: "user", content: "below" },
      ]),
    ).toThrow(`the chat template puts the user's message before what goes before it${another}`);
  });

  it("looks at examples that are turns", () => {
    const turns: ChatMessage[] = [
      ...opening,
      { role: "assistant", content: "<answer>7</answer>" },
      { role: "user", content: "about" },
    ];
    expect(() => check(own.get("cuts-reasoning.jinja") ?? "", turns)).not.toThrow();
    const forgetful =
      "{% for m in messages %}{% if m.role != 'assistant' %}{{ m.content }}{% endif %}{% endfor %}";
    expect(() => check(forgetful, turns)).toThrow(`leaves out an example's answer${another}`);
  });

  it("says what a template raises", () => {
    expect(() => check(own.get("raises-at-once.jinja") ?? "")).toThrow(
      `the chat template refuses the conversation's opening (Nothing is good enough.)${another}`,
    );
  });

  it("fails as the self-check of an engine", () => {
    expect(() => check("x")).toThrow(EngineError);
    expect(() => check("x")).toThrow(expect.objectContaining({ code: "self_check" }) as Error);
  });
});
