import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { literalTexts } from "./literal-texts.ts";

const source = resolve(import.meta.dirname, "../src");
const sentences = "report/sentences";
const wordsAtMost = 3;

/**
 * Where sentences stand outside their folder, and why: "file" or "file constant". The list only shrinks: an entry that
 * is no longer needed fails too.
 */
const exceptions: Readonly<Record<string, string>> = {
  "report/words/words.ts outcomeWords": "names of classes, as they stand in tables",
  "report/words/words.ts endWords": "names of ends, as they are put into sentences",
  "reading/arm-facts.ts names": "patterns of arms' names in rows of earlier versions; nobody reads them",
};

const files = ["reading", "figures", "report", "page", "cli"]
  .flatMap((folder) => sourcesIn(folder))
  .filter((name) => !name.startsWith(`${sentences}/`));
const found = files.flatMap((name) =>
  literalTexts(name, read(name), wordsAtMost).map((text) => ({ ...text, name })),
);

describe("sentences", () => {
  it("stand in their folder", () => {
    const outside = found
      .filter(({ name, owner }) => !(name in exceptions) && !(`${name} ${owner}` in exceptions))
      .map(({ name, line, owner, text }) => `${name}:${line} (${owner}): ${text}`);
    expect(outside).toEqual([]);
  });

  it("need every exception that is listed", () => {
    const needed = new Set(found.flatMap(({ name, owner }) => [name, `${name} ${owner}`]));
    expect(Object.keys(exceptions).filter((place) => !needed.has(place))).toEqual([]);
  });

  it("are built of figures by functions that know how numbers are written, and nothing else", () => {
    const foreign = sourcesIn(sentences).flatMap((name) =>
      parseSync(name, read(name))
        .module.staticImports.filter(({ entries }) => entries.some(({ isType }) => !isType))
        .map(({ moduleRequest }) => `${name} imports ${moduleRequest.value}`)
        .filter(
          (edge) =>
            !/ imports (\.\.\/words\/(numbers|points|words)\.ts|\.\.\/\.\.\/metrics\/power\.ts|\.\/\S+)$/.test(
              edge,
            ),
        ),
    );
    expect(foreign).toEqual([]);
  });
});

describe("literalTexts", () => {
  const textsOf = (text: string): string[] =>
    literalTexts("a.tsx", text, wordsAtMost).map((found) => found.text);

  it.each([
    ["a string", 'const a = "One two three four.";'],
    ["a template without what is filled in", "say(`${a} gets ${b} as far as ${c}, at least.`);"],
    ["a sum", 'say("One two " + name + " three four.");'],
    ["text on the page", "const a = <p>One <b>{two}</b> two three four</p>;"],
    ["a text that is chosen", 'const a = isOpen ? "One two three four" : null;'],
    ["a default", 'function a(text = "One two three four") {}'],
  ])("finds %s", (_, text) => {
    expect(textsOf(text)).toHaveLength(1);
  });

  it.each([
    ["three words", 'const a = "One two, three 44 x y z";'],
    [
      "help",
      'program.command("a").description("One two three four").option("-a", `One two three ${b} four`);',
    ],
    ["help in a constant", 'const more = `One two three four`; program.addHelpText("after", more);'],
    ["an error", "const wrong = (why) => new UsageError(`One two three ${why} four.`);"],
    ["what is thrown", 'throw refusal("One two three four");'],
    ["what a schema means", 'const a = z.number().describe("One two three four");'],
    ["titles", 'const a = { title: "One two three four" }; const b = <th>One two three four</th>;'],
    ["a class", 'const a = <p className="one two three four">{b}</p>;'],
    ["the title of a figure", 'curveFigure("id", `One two three ${name} four`, points);'],
    ["a pattern", "const a = String.raw`one-two|three[0-9]_four`;"],
    ["a type", 'type A = "one two three four";'],
    ["markup", 'const a = `<meta name="one two three four"><p>${text}</p>`;'],
  ])("leaves %s", (_, text) => {
    expect(textsOf(text)).toEqual([]);
  });
});

/** Files below a folder of src, named from there. */
function sourcesIn(folder: string): string[] {
  return (readdirSync(join(source, folder), { recursive: true }) as string[])
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .toSorted();
}

function read(name: string): string {
  return readFileSync(join(source, name), "utf8");
}
