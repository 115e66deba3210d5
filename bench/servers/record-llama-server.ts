/**
 * What llama-server answers, byte for byte, for the tests: test/engine/server/fixtures/llama-server. What each file holds is
 * told in the README there.
 *
 * usage: npx tsx bench/servers/build-llama-server.ts PROGRAMS
 *        npx tsx bench/servers/record-llama-server.ts PROGRAMS SmolLM2-135M-Instruct.Q4_1.gguf
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { RunningServer } from "./running-server.ts";

const [programs, model] = process.argv.slice(2);
if (programs === undefined || model === undefined) throw new Error("name the programs' folder and the model");
const project = resolve(import.meta.dirname, "../..");
const fixtures = join(project, "test/engine/server/fixtures/llama-server");
const templates = join(project, "test/chat/templates");
const reference = join(project, "models/longhaul-ref-late.gguf");

const chat = "/v1/chat/completions";
const system = { role: "system", content: "You add numbers. Answer with the total alone." };
const question = { role: "user", content: "12 + 30" };
/** As a turn of a run is asked. */
const asked = {
  model: basename(model),
  messages: [system, question],
  stream: true,
  stream_options: { include_usage: true },
  timings_per_token: true,
  cache_prompt: true,
  id_slot: 1,
  temperature: 0,
  seed: 1,
  max_tokens: 24,
};
const answer = { role: "assistant", content: "42" };
const next = { messages: [system, question, answer, { role: "user", content: "42 + 8" }] };

/** One after the other to one server, by the name of their file. A string is a path that is read. */
type Requests = Readonly<Record<string, string | object>>;

const toInstructed: Requests = {
  props: "/props",
  models: "/v1/models",
  slots: "/slots",
  chat: asked,
  "chat-next": { ...asked, ...next },
  "slots-after": "/slots",
  "chat-whole": { ...asked, stream: false },
  "chat-verbose": { ...asked, stream: false, verbose: true, return_tokens: true },
  "chat-cut": { ...asked, max_tokens: 1 },
  "chat-grammar": { ...asked, grammar: 'root ::= "<answer>é 😀 漢</answer>"' },
  "unknown-parameter": { ...asked, no_such_parameter: 1 },
  "context-exceeded": { ...asked, messages: [long(600)] },
  "context-full": { ...asked, messages: [long(450)], max_tokens: 400, ignore_eos: true },
  "bad-value": { ...asked, temperature: "warm" },
  "bad-grammar": { ...asked, grammar: "root ::= nothing" },
  "no-messages": { ...asked, messages: undefined },
  "not-found": "/v1/nothing",
};
/** Its template has no system role, and raises where roles do not take turns. */
const toRefusing: Requests = {
  "system-joined-props": "/props",
  "system-joined": asked,
  "template-error": { ...asked, messages: [question, question] },
};
const thought = 'root ::= "12 and 30 are 42.</think>42"';
const toReasoning: Requests = {
  reasoning: { ...asked, chat_template_kwargs: { enable_thinking: true }, grammar: thought },
  "reasoning-off": { ...asked, chat_template_kwargs: { enable_thinking: false } },
};
const toReference: Requests = { "reference-props": "/props", "reference-models": "/v1/models" };

const folder = mkdtempSync(join(tmpdir(), "longhaul-record-"));
try {
  for (const file of [model, reference]) symlinkSync(resolve(file), join(folder, basename(file)));
  await record(model, [], toInstructed, "loading");
  await record(model, template("raises-for-system"), toRefusing);
  await record(model, template("opens-reasoning"), toReasoning);
  await record(model, ["--api-key", "right"], { unauthorized: asked });
  await record(model, ["--no-slots", "--alias", "small"], {
    "no-slots": "/slots",
    "alias-models": "/v1/models",
  });
  await record(reference, [], { ...toReference, "reference-chat": { ...asked, max_tokens: 8 } });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function record(
  file: string,
  args: readonly string[],
  requests: Requests,
  loading?: string,
): Promise<void> {
  const common = ["-m", basename(file), "-c", "1024", "-np", "2", "-t", "1", "--jinja"];
  const server = await RunningServer.start({ programs: programs ?? "", folder }, [...common, ...args]);
  try {
    if (loading !== undefined && server.whileLoading !== null) keep(loading, server.whileLoading);
    for (const [name, request] of Object.entries(requests))
      keep(name, typeof request === "string" ? await server.get(request) : await server.post(chat, request));
  } finally {
    await server.stop();
  }
}

function keep(name: string, reply: Buffer): void {
  writeFileSync(join(fixtures, `${name}.http`), reply);
  process.stdout.write(`${name}: ${reply.subarray(0, reply.indexOf("\r\n")).toString()}\n`);
}

function template(name: string): string[] {
  return ["--chat-template-file", join(templates, `${name}.jinja`)];
}

/** Each word is a token. */
function long(words: number): object {
  return { role: "user", content: " one".repeat(words) };
}
