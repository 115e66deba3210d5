import type { Llama } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Binding, loadBinding } from "../../../src/engine/llama/binding.ts";
import { jinjaOf } from "../../../src/engine/llama/native-jinja.ts";

let binding: Binding;
beforeAll(async () => {
  binding = await loadBinding("off");
});
afterAll(async () => {
  await binding.llama.dispose();
});

describe("llama.cpp's own Jinja engine", () => {
  it("is taken from the binding, and renders", () => {
    const jinja = jinjaOf(binding.llama);
    expect(jinja.name).toBe("llama.cpp");
    const render = jinja.compile(
      "{% for m in messages %}{{ m.role }}:{{ m.content }} {% endfor %}{{ {1: 'one'}[n] }}",
    );
    const messages = [{ role: "user", content: "naïve 🙂" }];
    expect(render({ messages, n: 1 })).toBe("user:naïve 🙂 one");
    expect(render({ messages: [], n: 2 })).toBe("");
  });

  it("tells what is not there from none", () => {
    const render = jinjaOf(binding.llama).compile("{{ a is defined }} {{ a is none }}");
    expect(render({})).toBe("False False");
    expect(render({ a: undefined })).toBe("False False");
    expect(render({ a: null })).toBe("True True");
  });

  it("still renders after a template has raised", () => {
    const render = jinjaOf(binding.llama).compile(
      "{% filter trim %} {{ a }}{% if a > 1 %}{{ raise_exception('too much') }}{% endif %} {% endfilter %}",
    );
    expect(render({ a: 1 })).toBe("1");
    expect(() => render({ a: 2 })).toThrow(/^too much$/);
    expect(render({ a: 1 })).toBe("1");
  });

  it("says what is wrong in one line without places in the source", () => {
    const jinja = jinjaOf(binding.llama);
    const compile = (template: string) => jinja.compile(template);
    expect(() => compile("{% if a %}")).toThrow(/^Unexpected token type$/);
    expect(() => compile("{{ 'a\\q' }}")).toThrow(/^unknown escape character \\q$/);
    expect(() => compile("{{ raise_exception('not\n so') }}")({})).toThrow(/^not so$/);
    expect(() => compile("{{ nothing() }}")({})).toThrow(/^Callee is not a function[^\n]*$/);
  });

  it("gives way to the one in JavaScript where the binding has none that works", () => {
    class Silent {
      render(): string {
        return "";
      }
    }
    class Broken {
      render(): string {
        throw new Error("no");
      }
    }
    const bindings = [
      undefined,
      {},
      { AddonJinjaRenderer: Silent },
      { AddonJinjaRenderer: Broken },
      { AddonJinjaRenderer: 3 },
    ];
    for (const one of bindings) {
      const jinja = jinjaOf({ ["_bindings"]: one } as unknown as Llama);
      expect(jinja.name).toBe("javascript");
      expect(jinja.compile("{{ a }}")({ a: 5 })).toBe("5");
    }
    expect(jinjaOf({} as Llama).name).toBe("javascript");
  });
});
