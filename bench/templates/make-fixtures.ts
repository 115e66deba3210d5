// Asks llama.cpp for its text of every case under every template, and keeps a hash of each. See README.md.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Of } from "../../src/sha256.ts";
import { bundledTemplates, ownTemplates } from "../../test/chat/bundled-templates.ts";
import { cases } from "../../test/chat/llama-cpp-cases.ts";
import { llamaCppIn } from "../llama-cpp.ts";

const project = resolve(import.meta.dirname, "../..");
const folder = resolve(process.argv[2] ?? "/tmp/llama-cpp-texts");

mkdirSync(join(folder, "templates"), { recursive: true });
const program = compile();
const bundled = bundledTemplates();
if (bundled === null) throw new Error("the bundle with llama.cpp's source cannot be read");
const templates = new Map([...bundled, ...ownTemplates()]);
writeFileSync(join(folder, "cases.json"), JSON.stringify(cases.map(asGiven)));
for (const [name, text] of templates) writeFileSync(join(folder, "templates", name), text);
const lines = execFileSync(
  program,
  [join(folder, "cases.json"), ...[...templates.keys()].map((name) => join(folder, "templates", name))],
  { encoding: "utf8", maxBuffer: 2 ** 28, env: { ...process.env, TZ: "UTC" } },
).split("\n");
writeFileSync(join(folder, "texts.jsonl"), lines.join("\n"));
const hashes = [...templates.keys()].map((name, index) => {
  const texts = JSON.parse(lines[index] ?? "") as (string | null)[];
  return [name, texts.map((text) => (text === null ? "refused" : sha256Of(text)))];
});
const fixture = { cases: cases.map(({ name }) => name), templates: Object.fromEntries(hashes) as object };
writeFileSync(join(project, "test/chat/llama-cpp-texts.json"), `${JSON.stringify(fixture, null, 2)}\n`);

function compile(): string {
  const { headers, libraries } = llamaCppIn(folder);
  const program = join(folder, "llama-cpp-texts");
  execFileSync("g++", [
    ...["-std=c++17", "-O1", "-rdynamic", ...headers],
    join(import.meta.dirname, "llama-cpp-texts.cpp"),
    ...["-o", program, ...libraries],
  ]);
  return program;
}

function asGiven({ messages, thinking, kwargs }: (typeof cases)[number]): object {
  return {
    thinking,
    kwargs,
    messages: messages.map(({ role, content, reasoning }) => ({
      role,
      content,
      ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    })),
  };
}
