// Asks llama.cpp for its text of every case under every template, and keeps a hash of each. See README.md.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Of } from "../../src/sha256.ts";
import { bundledTemplates, ownTemplates } from "../../test/chat/bundled-templates.ts";
import { cases } from "../../test/chat/llama-cpp-cases.ts";

const project = resolve(import.meta.dirname, "../..");
const folder = resolve(process.argv[2] ?? "/tmp/llama-cpp-texts");
const modules = join(project, "node_modules");
const libraries = join(modules, "@node-llama-cpp/linux-x64/bins/linux-x64");

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

/** Against the very libraries that the binding ships, with the headers of the same source. */
function compile(): string {
  const source = join(folder, "source");
  const git = join(modules, "node-llama-cpp/llama/gitRelease.bundle");
  if (!existsSync(source)) execFileSync("git", ["clone", "--quiet", git, source], { stdio: "pipe" });
  const names = readdirSync(libraries).filter((name) => name.endsWith(".so"));
  for (const name of names)
    if (!existsSync(join(folder, name))) symlinkSync(join(libraries, name), join(folder, name));
  const linked = names.filter((name) => /^lib(llama|ggml)(-common|-base)?(\.v[\d.]+)?\.so$/.test(name));
  const program = join(folder, "llama-cpp-texts");
  const headers = ["common", "include", "ggml/include", "vendor"].map((name) => `-I${join(source, name)}`);
  execFileSync("g++", [
    ...["-std=c++17", "-O1", "-rdynamic", ...headers],
    join(import.meta.dirname, "llama-cpp-texts.cpp"),
    ...["-o", program, ...linked.map((name) => join(folder, name))],
    ...["-Wl,-rpath,$ORIGIN", "-Wl,--allow-shlib-undefined", "-lpthread"],
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
