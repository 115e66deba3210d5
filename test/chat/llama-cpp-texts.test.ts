import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Jinja } from "../../src/chat/jinja.ts";
import { createRenderer } from "../../src/chat/renderer.ts";
import { sha256Of } from "../../src/sha256.ts";
import { bothJinjas } from "./both-jinjas.ts";
import { bundledTemplates, ownTemplates } from "./bundled-templates.ts";
import { cases, tokens } from "./llama-cpp-cases.ts";

/** Hashes of llama.cpp's own texts, made by bench/templates. */
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, "llama-cpp-texts.json"), "utf8")) as {
  readonly cases: readonly string[];
  readonly templates: Readonly<Record<string, readonly string[]>>;
};
/** Null, and not compared, where git or the binding's bundle is missing. */
const bundled = bundledTemplates();
const own = ownTemplates();
const [native, javascriptJinja] = await bothJinjas();

describe("text as llama.cpp's server words it", () => {
  it("is asked for the cases that stand in the fixture", () => {
    expect(cases.map(({ name }) => name)).toEqual(fixture.cases);
  });

  it("is the same to the letter under templates of our own", () => {
    expect(own.size).toBeGreaterThan(15);
    expect(differences(own, native)).toEqual([]);
  });

  it.skipIf(bundled === null)(
    "is the same to the letter under each template of its source (git and the bundle needed)",
    () => {
      expect(bundled?.size).toBe(68);
      expect(differences(bundled ?? new Map(), native)).toEqual([]);
    },
  );

  it.skipIf(bundled === null)(
    "is the same with the engine in JavaScript, too (git and the bundle needed)",
    () => {
      expect(differences(bundled ?? new Map(), javascriptJinja)).toEqual([]);
    },
  );

  it("is the same with the engine in JavaScript under templates of our own, but for the case of truth values", () => {
    const different = differences(own, javascriptJinja);
    expect([...new Set(different.map((line) => line.split(":")[0]))]).toEqual(["told-by-variables.jinja"]);
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
