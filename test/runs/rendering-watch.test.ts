import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "../cli/longhaul.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";

const folder = temporaryFolder();
const reference = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
const says = "{% for m in messages %}{{ m.content }}{% endfor %}";
const spins = "{% for i in range(100000) %}{% for j in range(100000) %}{{ '' }}{% endfor %}{% endfor %}";

/** A run under a template, its error as its row has it. */
async function under(
  name: string,
  template: string,
  { model = reference, flags = [] as string[] } = {},
): Promise<{ readonly code: number | null; readonly error: unknown; readonly turns: number }> {
  const [file, db] = [join(folder, `${name}.jinja`), join(folder, `${name}.db`)];
  writeFileSync(file, template);
  const sizes = ["--rollouts", "1", "--turns", "4", "--threads", "1", "--quiet", "--db", db];
  const { code, stderr } = await longhaul("run", model, ...sizes, "--chat-template", file, ...flags);
  expect(stderr).not.toMatch(/^\s+at /m);
  const [row] = await query(db, "SELECT error, (SELECT count(*) FROM turn) AS turns FROM run");
  return { code, error: row?.["error"], turns: Number(row?.["turns"]) };
}

describe.concurrent("a chat template is a stranger's program", { timeout: 240_000 }, () => {
  it.each([
    ["that never ends", `${spins}${says}`, "takes more than 2 s for one conversation"],
    [
      "that is slow each time",
      `{% for i in range(60000) %}{% endfor %}${says}`,
      "takes more than 10 s to be read",
    ],
    [
      "that fills the memory",
      `{% set numbers = range(100000000) %}${says}`,
      "takes more than 256 MB of memory for one conversation",
    ],
  ])("%s is ended", async (name, template, words) => {
    const { code, error } = await under(name.replaceAll(" ", "-"), template);
    expect(code).toBe(1);
    expect(error).toBe(
      `longhaul-ref-late.gguf: the chat template ${words}; name another with --chat-template`,
    );
  });

  it("that says a million letters is refused", async () => {
    const doubles =
      "{% set n = namespace(x='x') %}{% for i in range(20) %}{% set n.x = n.x ~ n.x %}{% endfor %}";
    const { code, error } = await under("long", `${says}${doubles}{{ n.x }}`);
    expect(code).toBe(1);
    expect(error).toMatch(/the chat template .* characters of its messages, more than 1000000/);
  });

  it("that is nested too deeply for its parser is named", async () => {
    const nested = `{{ ${"(".repeat(200_000)}1${")".repeat(200_000)} }}`;
    const { code, error } = await under("deep", says + nested);
    expect(code).toBe(1);
    expect(error).toMatch(/crashed \(SIG\w+\) while its chat template was rendered \(--chat-template names/);
  });

  it("that spins in the middle of a run ends the run, and what was finished is kept", async () => {
    const model = join(folder, "tiny.gguf");
    writeTinyLlama(model);
    // Its answers are no UTF-8; what the template is tried with before is.
    const template =
      "{% set n = namespace(bad=0) %}{% for m in messages %}{{ loop.index }}<|{{ m.role }}|>{{ m.content }}<|end|>" +
      `{% if m.role == 'assistant' and '\u{FFFD}' in m.content %}{% set n.bad = n.bad + 1 %}{% endif %}` +
      `{% if n.bad == 2 %}${spins}{% endif %}{% endfor %}<|assistant|>`;
    const flags = ["--max-answer-tokens", "11"];
    const { code, error, turns } = await under("later", template, { model, flags });
    expect(code).toBe(1);
    expect(error).toBe(
      "the chat template takes more than 2 s for one conversation; name another with --chat-template",
    );
    expect(turns).toBeGreaterThanOrEqual(1);
  });
});
