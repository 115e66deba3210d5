import type { ChatFacts } from "../../src/chat/facts.ts";
import type { Conclusion, World } from "./world.ts";

/** One simulated file twice, the second time much better: between its runs lies what the SQL changes. */
function twice(change: string): World {
  const run = (spec: string) =>
    `run --quiet --engine scripted:${spec} --name M --seed {seed} --rollouts 50 --turns 40`;
  return {
    commands: [run("p=0.9"), run("p=0.995"), "compare 1 2"],
    tampering: `UPDATE run SET engine_spec = 'p=0.9'; ${change}`,
  };
}

const facts: ChatFacts = {
  jinja: "llama.cpp",
  variables: {},
  system: "own",
  turnStarts: [],
  reasoning: null,
  isThinking: false,
  history: "appends",
};

/** Another file, so that nothing has to be said of how it was computed. */
const otherFile = "UPDATE run SET engine_spec = 'p=0.995', name = 'N' WHERE id = 2;";
const set = (column: string, first: string, second: string): string =>
  `UPDATE run SET ${column} = CASE id WHEN 1 THEN ${first} ELSE ${second} END;`;
const givenTemplate = (file: string, runs: string): string =>
  `UPDATE run SET settings = json_set(settings, '$.chatTemplate', json('{"file":"${file}","sha256":null}')) WHERE id IN (${runs});`;

const templates = set("template_hash", "'0123456789'", "'abcdefghij'");
const sameTemplate = set("template_hash", "'0123456789'", "'0123456789'");
const worded = (runs: string): string =>
  `UPDATE run SET chat = '${JSON.stringify(facts)}' WHERE id IN (${runs});`;
const caches = set("kv_type_k", "'f16'", "'q8_0'") + set("kv_type_v", "'f16'", "'q8_0'");

function named(pattern: RegExp, said: World, unsaid: World): Conclusion {
  return { sentence: "conclusions.furtherSentence", pattern, said, unsaid };
}

export const conclusions: readonly Conclusion[] = [
  named(
    /M template chat\.jinja goes further than M own template/,
    twice(templates + givenTemplate("/some/chat.jinja", "2")),
    twice(templates + givenTemplate("/some/chat.jinja", "2") + otherFile),
  ),
  named(
    /M template abcdefgh goes further than M template 01234567/,
    twice(templates + givenTemplate("chat.jinja", "1, 2")),
    twice(templates + givenTemplate("a.jinja", "1") + givenTemplate("b.jinja", "2")),
  ),
  // One template, but the first run does not say how its conversations were worded.
  named(
    /M template 01234567 goes further than M template 01234567, worded earlier/,
    twice(sameTemplate + worded("2")),
    twice(sameTemplate + worded("1, 2")),
  ),
  // Two names say nothing of what lies between.
  named(
    /best on cuda goes further than M on vulkan/,
    twice(`${set("backend_used", "'vulkan'", "'cuda'")} UPDATE run SET name = 'best' WHERE id = 2;`),
    twice(set("backend_used", "'vulkan'", "'cuda'") + otherFile.replace("'N'", "'best'")),
  ),
  named(/M KV q8_0\/q8_0 goes further than M KV f16\/f16/, twice(caches), twice(caches + otherFile)),
  named(
    /M KV q8_0\/q8_0 flash attention on goes further than M KV f16\/f16 flash attention off/,
    twice(caches + set("flash_attention", "0", "1")),
    twice(caches + set("flash_attention", "1", "1")),
  ),
  // Runs under one setting that the user named are told apart by their numbers alone.
  named(/M \(run 2\) goes further than M \(run 1\)/, twice(""), twice(caches)),
];
