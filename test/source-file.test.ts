import { describe, expect, it } from "vitest";
import { readSource } from "./source-file.ts";

const read = (text: string) => readSource("folder/file.tsx", text);

describe("readSource", () => {
  it.each([
    ["names", 'import { a, b as c } from "./other.ts";', ["a", "b"], false],
    ["types", 'import type { A } from "./other.ts";', ["A"], true],
    ["a default", 'import a from "./other.ts";', ["default"], false],
    ["everything", 'import * as all from "./other.ts";', ["*"], false],
    ["an effect", 'import "./other.ts";', [], false],
    ["what is passed on", 'export { a as b } from "./other.ts";', ["a"], false],
    ["all that is passed on", 'export * from "./other.ts";', ["*"], false],
    ["names later", 'const { a } = await import("./other.ts");', ["a"], false],
    ["everything later", 'const open = () => import("./other.ts");', ["*"], false],
    ["a type in its place", 'let a: import("./other.ts").A;', ["*"], true],
  ])("sees an import of %s", (_, text, names, isType) => {
    expect(read(text).imports).toEqual([{ target: "folder/other.ts", isOurs: true, names, isType }]);
  });

  it("takes types apart from what runs, and sees .tsx and libraries", () => {
    expect(read('import { a, type B } from "../page.tsx";\nimport { c } from "commander";').imports).toEqual([
      { target: "page.tsx", isOurs: true, names: ["B"], isType: true },
      { target: "page.tsx", isOurs: true, names: ["a"], isType: false },
      { target: "commander", isOurs: false, names: ["c"], isType: false },
    ]);
  });

  it("shows an import that names a variable", () => {
    const { imports, unreadable } = read("const a = import(name);\nconst b = import(`./${name}.ts`);");
    expect(imports).toEqual([]);
    expect(unreadable).toEqual(["import(name)", "import(`./${name}.ts`)"]);
  });

  it.each([
    ["a function", "function a(\n  b: number,\n): void {\n  b;\n}", [5]],
    ["an arrow", "const a = (\n  b: number,\n) =>\n  b;", [4]],
    [
      "a method and a getter",
      "class A {\n  a(\n    b,\n  ) {\n  }\n  get c() {\n    return 1;\n  }\n}",
      [4, 3],
    ],
    ["a method of an object", "const a = {\n  async b() {\n    c;\n  },\n};", [3]],
    ["a field and a function inside", "class A {\n  b = () => {\n    return () => 1;\n  };\n}", [3, 1]],
    ["a block of a class", "class A {\n  static {\n    b;\n  }\n}", [3]],
    ["no signature alone", "function a(b: string): void;\nabstract class C {\n  abstract d(): void;\n}", []],
  ])("measures %s", (_, text, lines) => {
    expect(read(text).functions.map((one) => one.lines)).toEqual(lines);
  });

  it("names what is exported", () => {
    const text = "export const a = 1, b = 2;\nexport function c() {}\nexport type D = 1;\nexport { e as f };";
    expect(read(text).exported).toEqual(["a", "b", "c", "D", "f"]);
  });
});
