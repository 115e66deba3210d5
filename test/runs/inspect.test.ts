import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ModelInspector } from "../../src/runs/inspect.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-inspect-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings: Settings = { ...standardSettings, rollouts: 1, turns: 2, gpu: "off" };
const template = {
  text: "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}<|assistant|>",
  source: "model" as const,
};

it("words a conversation for a model again that was closed since for others", async () => {
  const paths = [1, 2, 3, 4, 5, 6].map((seed) => join(folder, `${seed}.gguf`));
  for (const [seed, path] of paths.entries()) writeTinyLlama(path, { seed });
  const inspector = new ModelInspector(() => Promise.resolve());
  const [first = "", ...others] = paths;
  const ask = (key: string) => {
    const messages = [
      { role: "system" as const, content: "Look up." },
      { role: "user" as const, content: key },
    ];
    return inspector.prompt({ modelPath: first, template, settings, messages });
  };
  const before = await ask("about");
  for (const modelPath of others) await inspector.inspect({ modelPath, template, settings, instances: null });
  // One token a byte, so as many as before; none of them is known from then.
  const after = await ask("words");
  expect(after.text).toBe(before.text.replace("about", "words"));
  expect(after.tokenIds).toHaveLength(before.tokenIds.length);
});
