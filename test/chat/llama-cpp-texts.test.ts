import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { javascriptJinja } from "../../src/chat/javascript-jinja.ts";
import type { Jinja } from "../../src/chat/jinja.ts";
import { createRenderer } from "../../src/chat/renderer.ts";
import { loadBinding, type Binding } from "../../src/engine/llama/binding.ts";
import { jinjaOf } from "../../src/engine/llama/native-jinja.ts";
import { sha256Of } from "../../src/sha256.ts";
import { bundledTemplates, ownTemplates } from "./bundled-templates.ts";
import { cases, tokens } from "./llama-cpp-cases.ts";

/** Hashes of llama.cpp's own texts, made by bench/templates. */
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, "llama-cpp-texts.json"), "utf8")) as {
  readonly cases: readonly string[];
  readonly templates: Readonly<Record<string, readonly string[]>>;
};
const bundled = bundledTemplates();
if (bundled === null)
  console.warn(
    "llama.cpp's own templates are not compared: they are read with git out of the binding's bundle",
  );

let binding: Binding;
beforeAll(async () => {
  binding = await loadBinding("off");
});
afterAll(async () => {
  await binding.llama.dispose();
});

describe("text as llama.cpp's server words it", () => {
  it("is asked for the cases that stand in the fixture", () => {
    expect(cases.map(({ name }) => name)).toEqual(fixture.cases);
  });

  it("is the same to the letter under templates of our own", () => {
    const own = ownTemplates();
    expect(own.size).toBeGreaterThan(8);
    expect(differences(own, jinjaOf(binding.llama))).toEqual([]);
  });

  it.skipIf(bundled === null)("is the same to the letter under each template of its source", () => {
    expect(bundled?.size).toBe(68);
    expect(differences(bundled ?? new Map(), jinjaOf(binding.llama))).toEqual([]);
  });

  it.skipIf(bundled === null)("is the same under most templates in JavaScript", () => {
    const different = differences(bundled ?? new Map(), javascriptJinja);
    expect(different.length).toBeLessThanOrEqual(1000);
  });
});

/** The cases whose text is another than llama.cpp's, as "template: case". */
function differences(templates: ReadonlyMap<string, string>, jinja: Jinja): string[] {
  return [...templates].flatMap(([name, template]) => {
    const hashes = fixture.templates[name] ?? [];
    return cases
      .filter((given, index) => hashOf(template, given, jinja) !== hashes[index])
      .map((given) => `${name}: ${given.name}`);
  });
}

function hashOf(template: string, { variables, messages }: (typeof cases)[number], jinja: Jinja): string {
  try {
    return sha256Of(createRenderer(template, tokens, variables, jinja).render(messages));
  } catch {
    return "refused";
  }
}
