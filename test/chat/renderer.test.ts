import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/chat/message.ts";
import { createRenderer, type Renderer } from "../../src/chat/renderer.ts";
import { type ChatOptions, templateVariables } from "../../src/chat/variables.ts";
import { bothJinjas } from "./both-jinjas.ts";
import { ownTemplates } from "./bundled-templates.ts";

const own = ownTemplates();
const jinjas = await bothJinjas();
const opening: ChatMessage[] = [
  { role: "system", content: "S" },
  { role: "user", content: "U" },
];
const history: ChatMessage[] = [
  ...opening,
  { role: "assistant", content: "A", reasoning: "R" },
  { role: "user", content: "V" },
];
const tokens = { bosText: "<s>", eosText: "</s>", prependBos: true };

it("takes llama.cpp's own engine where it is", () => {
  expect(jinjas.map(({ name }) => name)).toEqual(["llama.cpp", "javascript"]);
});

describe.each(jinjas)("a renderer ($name)", (jinja) => {
  const rendererOf = (template: string, variables = {}, ends: object = {}): Renderer =>
    createRenderer(own.get(`${template}.jinja`) ?? template, { ...tokens, ...ends }, variables, jinja);
  const shown = (template: string, variables = {}): string => rendererOf(template, variables).render(history);

  it("says which engine renders and what the template is told", () => {
    const renderer = rendererOf("{{ a }}{{ b }}", { a: 1, b: 2 });
    expect(renderer).toMatchObject({ jinja: jinja.name, variables: { a: 1, b: 2 } });
    expect(renderer.render(opening)).toBe("12");
    expect(renderer.with({ b: 3 }).variables).toEqual({ a: 1, b: 3 });
    expect(renderer.with({ b: 3 }).render(opening)).toBe("13");
    expect(renderer.render(opening)).toBe("12");
  });

  it.each([
    "''.constructor",
    "''['__proto__']",
    "messages.constructor",
    "messages[0].__proto__",
    "messages[0]['constructor']",
    "{}.constructor",
    "namespace().constructor",
    "range.constructor",
    "raise_exception.constructor('return process')()",
    "'x'.constructor('y')",
    "'x'.strip.constructor('return process')()",
    "messages[0].content.constructor.constructor('return process')()",
    "messages | map(attribute='constructor') | first",
    "''.__class__.__mro__",
    "globalThis",
    "process.exit(1)",
    "require('fs')",
  ])("reaches nothing of the program: %s", (expression) => {
    const renderer = rendererOf(`{{ messages[0].content }}{{ ${expression} }}`);
    let text = "S";
    try {
      text = renderer.render(opening);
    } catch (error) {
      expect(String(error)).toMatch(/not a function|no builtins|undefined/i);
    }
    expect(text.replace("undefined", "")).toBe("S");
  });

  it("takes templates and texts of a million characters, and longer texts where messages are", () => {
    expect(() => rendererOf(`{#${"x".repeat(1_000_000)}#}{{ messages[0].content }}`)).toThrow(
      /the chat template has 1000\d\d\d characters, more than 1000000; name another/,
    );
    const says = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const doubled =
      "{% set n = namespace(x='x') %}{% for i in range(20) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}";
    expect(() => rendererOf(says + doubled).render(opening)).toThrow(
      /makes 1048578 characters of its messages/,
    );
    const long = Array.from({ length: 3_000 }, (_, index): ChatMessage => {
      return { role: index % 2 === 0 ? "user" : "assistant", content: "x".repeat(500) };
    });
    expect(rendererOf(says).render(long)).toHaveLength(1_500_000);
  });

  it("leaves the beginning mark to a tokenizer that puts it, and the end mark likewise", () => {
    const template = "{{ bos_token }}{{ bos_token }}{{ messages[0].content }}{{ eos_token }}";
    expect(rendererOf(template).render(opening)).toBe("<s>S</s>");
    expect(rendererOf(template, {}, { prependBos: false }).render(opening)).toBe("<s><s>S</s>");
    expect(rendererOf(template, {}, { appendEos: true }).render(opening)).toBe("<s>S");
    expect(rendererOf("{{ bos_token }}", {}, { appendEos: true, eosText: "<s>" }).render(opening)).toBe("");
    expect(rendererOf(`x${template}`, {}, { bosText: "" }).render(opening)).toBe("xS</s>");
  });

  it("asks for an answer or does not", () => {
    const renderer = rendererOf("{{ messages[0].content }}{% if add_generation_prompt %}?{% endif %}");
    expect(renderer.render(opening)).toBe("S?");
    expect(renderer.render(opening, false)).toBe("S");
  });

  it("joins the instructions to the first question where the template has no place for them", () => {
    for (const name of ["no-system-role", "raises-for-system"]) {
      expect(rendererOf(name).system).toBe("joined");
      expect(rendererOf(name).render(opening)).toContain("S\nU");
    }
    expect(rendererOf("no-system-role").render(history)).toBe(
      "<turn:user>\nS\nU</turn>\n<turn:model>\nA</turn>\n<turn:user>\nV</turn>\n<turn:model>\n",
    );
    expect(rendererOf("cuts-reasoning").system).toBe("own");
    expect(rendererOf("moves-the-instructions").system).toBe("own");
    // Read, and not shown: nothing is joined behind its back.
    const unshown = "{% if messages[0].content | length > 3 %}!{% endif %}{{ messages[1].content }}";
    expect(rendererOf(unshown).system).toBe("own");
  });

  it("gives content as a list of parts where the template takes nothing else", () => {
    const renderer = rendererOf("typed-content");
    expect(renderer.system).toBe("own");
    expect(renderer.render(history)).toBe(
      "System: S<stop>\nUser: U<stop>\nAssistant: A<stop>\nUser: V<stop>\nAssistant:",
    );
    const both =
      "{% for m in messages %}{% if m.content is string %}({{ m.content }}){% else %}[{{ m.content[0].text }}]{% endif %}{% endfor %}";
    expect(rendererOf(both).render(opening)).toBe("(S)(U)");
  });

  it("joins instructions in parts, too", () => {
    const template =
      "{% for m in messages if m.role != 'system' %}{% for part in m.content %}({{ part.text }}){% endfor %}{% endfor %}";
    expect(rendererOf(template).render(opening)).toBe("(S\nU)");
  });

  it("gives reasoning under the name that the template knows", () => {
    expect(shown("opens-reasoning", { enable_thinking: true })).toContain("<think>R</think>A");
    expect(shown("thinking-field")).toContain("<think>R</think>A");
    expect(shown("reasoning-as-parts")).toContain("[ASSISTANT][THINK]R[/THINK]A");
    const gptOss = "<|channel|>{% for m in messages %}{{ m.thinking }}{{ m.reasoning_content }}{% endfor %}";
    expect(shown(gptOss)).toBe("<|channel|>RR");
    expect(shown("{% for m in messages %}{{ m.thinking }}{{ m.reasoning_content }}{% endfor %}")).toBe("R");
    const silent = [...opening, { role: "assistant" as const, content: "A", reasoning: "" }];
    expect(rendererOf("{{ messages[2].reasoning_content is defined }}").render(silent).toLowerCase()).toBe(
      "false",
    );
  });

  it("trims messages for a template that says it must", () => {
    const text = rendererOf("trims-white-space").render([
      { role: "user", content: "\n U\u{A0}\t" },
      { role: "assistant", content: " A ", reasoning: "\nR \n" },
    ]);
    expect(text).toBe("<|user|>()[U\u{A0}]<|assistant|>(R)[A]<|assistant|>");
  });

  it("takes out the checks that refuse ordinary histories", () => {
    const channels =
      '{% for message in messages %}{%- if "<|channel|>analysis<|message|>" in message.content or "<|channel|>final<|message|>" in message.content %}' +
      "{{ raise_exception('no channels in message.content or thinking') }}{%- endif %}{{ message.content }};{% endfor %}";
    const said = { role: "assistant" as const, content: "<|channel|>final<|message|>5" };
    expect(rendererOf(channels).render([...opening, said])).toBe("S;U;<|channel|>final<|message|>5;");
    const empty =
      "{#- [TOOL_CALLS] -#}{%- for message in messages -%}{%- if (message['content'] is none or message['content'] == '' or message['content']|length == 0) and (message['tool_calls'] is not defined or message['tool_calls'] is none or message['tool_calls']|length == 0) %}" +
      "{{- raise_exception('empty') -}}{%- endif -%}{{ message.content }};{%- endfor -%}";
    expect(rendererOf(empty).render([...opening, { role: "assistant", content: "" }])).toBe("S;U;;");
  });

  it("ends an answer of gpt-oss that is history as such", () => {
    const template = "<|channel|>{% for m in messages %}{{ m.content }}<|return|>{% endfor %}";
    expect(rendererOf(template).render(opening, false)).toBe("<|channel|>S<|return|>U<|end|>");
    expect(rendererOf(template).render(opening)).toBe("<|channel|>S<|return|>U<|return|>");
  });

  it("opens the answer of Gemma 4 where its template does not", () => {
    const renderer = rendererOf("no-generation-prompt");
    expect(renderer.render(opening)).toBe("<|turn>system\nS<turn|>\n<|turn>user\nU<turn|>\n<|turn>model\n");
    expect(renderer.render(opening, false)).toBe("<|turn>system\nS<turn|>\n<|turn>user\nU<turn|>\n");
  });

  it("tells every template the same date, in the form that it asks for", () => {
    const dates = (format: string) => rendererOf(`{{ strftime_now('${format}') }}`).render(opening);
    expect(dates("%d %b %Y")).toBe("01 Jan 2025");
    expect(dates("%Y-%m-%d")).toBe("2025-01-01");
    expect(dates("%A %-d %B, %H:%M:%S %p")).toBe("Wednesday 1 January, 00:00:00 AM");
    expect(dates("%%d%%%d%e%n%t|%Q")).toBe("%d%01 1\n\t|%Q");
    expect(rendererOf("{{ date_string }}/{{ datetime }}").render(opening)).toBe("01 Jan 2025/Jan 01 2025");
    expect(rendererOf("{{ date_string }}", { date_string: "today" }).render(opening)).toBe("today");
  });

  it("prints nothing of its own before a template that asks for the date", () => {
    const body = "{% if strftime_now is defined %}yes{% endif %}";
    for (const start of ["", "\n", "  ", "x\n", "{# why #}\n", "{#- why -#}\n", "\n\n  "]) {
      const plain = rendererOf(`${start}{% if true is defined %}yes{% endif %}`).render(opening);
      expect(rendererOf(start + body).render(opening)).toBe(plain);
    }
  });

  it("is made for a template that refuses a mode that is not asked for", () => {
    const renderer = rendererOf("always-thinks", { enable_thinking: true });
    expect(renderer.render(opening)).toContain("<|assistant|><think>\n");
    expect(() => renderer.with({ enable_thinking: false }).render(opening)).toThrow(
      /^This model always thinks\.$/,
    );
  });

  it("throws what the template raises, in one line", () => {
    const raising = "{{ raise_exception('not\n  so') }}";
    expect(() => rendererOf(raising).render(opening)).toThrow(/^not\s+so$/);
  });

  it("refuses what is no Jinja template, in one sentence", () => {
    const another = "; name another with --chat-template";
    expect(() => rendererOf(" \n")).toThrow(`the chat template is empty${another}`);
    expect(() => rendererOf("{% for m in messages %}{{ m.content }}")).toThrow(
      /^the chat template cannot be parsed \([^\n]+\); name another with --chat-template$/,
    );
    const go = [
      "{{ if .System }}<|system|>{{ .System }}{{ end }}{{ .Prompt }}",
      "{{ .Prompt }}",
      "{{- range .Messages }}x{{ end }}",
      "{{- range $i, $_ := .Messages }}{{ $i }}{{ end }}",
      '{{ template "x" . }}',
    ];
    for (const template of go)
      expect(() => rendererOf(template)).toThrow(
        `the chat template is a Go template as Ollama writes them, and a Jinja template is needed${another}`,
      );
    for (const template of ["{{ range(3) | length }}", "{% if a %}{% endif %}{{ block }}", "{{ end_mark }}"])
      expect(() => rendererOf(template)).not.toThrow();
  });
});

describe("template variables", () => {
  const options: ChatOptions = {
    thinking: false,
    pastReasoning: "template",
    reasoningEffort: null,
    chatTemplateKwargs: null,
  };

  it("always say whether the model is to think, and no more unless asked", () => {
    expect(templateVariables(options)).toEqual({ enable_thinking: false, thinking: false });
  });

  it("say how hard to think under both names", () => {
    expect(templateVariables({ ...options, thinking: true, reasoningEffort: "low" })).toEqual({
      enable_thinking: true,
      thinking: true,
      reasoning_effort: "low",
      reasoning_strength: "low",
    });
  });

  it("say under four names what becomes of earlier reasoning", () => {
    const all = {
      preserve_thinking: true,
      clear_thinking: false,
      truncate_history_thinking: false,
      drop_thinking: false,
    };
    expect(templateVariables({ ...options, pastReasoning: "all" })).toMatchObject(all);
    expect(templateVariables({ ...options, pastReasoning: "none" })).toMatchObject(
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name, !value])),
    );
  });

  it("are overruled by name, and stand for one another as in llama.cpp", () => {
    expect(
      templateVariables({
        ...options,
        pastReasoning: "none",
        reasoningEffort: "low",
        chatTemplateKwargs: {
          preserve_reasoning: true,
          clear_thinking: true,
          reasoning_effort: "high",
          x: [1],
        },
      }),
    ).toEqual({
      enable_thinking: false,
      thinking: false,
      preserve_reasoning: true,
      preserve_thinking: true,
      clear_thinking: true,
      truncate_history_thinking: false,
      drop_thinking: false,
      reasoning_effort: "high",
      reasoning_strength: "high",
      x: [1],
    });
  });
});
