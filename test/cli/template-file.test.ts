import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { sha256Of } from "../../src/sha256.ts";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const late = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");

it("takes the chat template out of a model's tokenizer_config.json", async () => {
  const folder = temporaryFolder();
  const db = join(folder, "config.db");
  const file = join(folder, "tokenizer_config.json");
  const template = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}<|assistant|>\n";
  writeFileSync(file, JSON.stringify({ eos_token: "</s>", chat_template: template }));
  const ran = await longhaul(
    ...["run", late, "--chat-template", file, "--rollouts", "1", "--turns", "2", "--threads", "1"],
    ...["--gpu", "off", "--db", db],
  );
  expect(ran.stderr).not.toContain("cannot");
  expect(await query(db, "SELECT json_extract(settings, '$.chatTemplate') AS template FROM run")).toEqual([
    { template: JSON.stringify({ file: "tokenizer_config.json", sha256: sha256Of(template) }) },
  ]);
  expect(await query(db, "SELECT content FROM text JOIN run ON template_hash = text.sha256")).toEqual([
    { content: template },
  ]);
});

it("says before a run what has to be known of a template", async () => {
  const file = join(temporaryFolder(), "opens.jinja");
  const template =
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}" +
    "{% if add_generation_prompt %}<|assistant|><think>{% endif %}";
  writeFileSync(file, template);
  const planned = await longhaul(
    ...[
      "run",
      late,
      "--chat-template",
      file,
      "--rollouts",
      "1",
      "--turns",
      "2",
      "--threads",
      "1",
      "--gpu",
      "off",
      "--dry-run",
      "--json",
    ],
  );
  expect(JSON.parse(planned.stdout)).toMatchObject({
    models: [
      {
        answerLimit: 2048,
        warnings: expect.arrayContaining([
          expect.stringMatching(/--thinking off does not keep a model from reasoning/),
        ]) as unknown,
      },
    ],
  });
});
