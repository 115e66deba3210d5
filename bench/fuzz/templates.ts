/**
 * Chat templates as a stranger may write them, through the built command line: does the program survive, does it end, does
 * it say that the template is at fault?
 * usage: npm run build && npx tsx bench/fuzz/templates.ts [--count 1000] [--seed 1] [--first 0] [--jobs 1] [--lines FILE.jsonl]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTinyLlama } from "../../test/engine/llama/tiny-llama.ts";
import { fuzz } from "./fuzz.ts";
import { play } from "./played.ts";
import { templateCase } from "./template-cases.ts";

await fuzz("chat templates", async (seed, index, folder) => {
  const { kind, text } = templateCase(seed, index);
  const [model, file] = [join(folder, "tiny.gguf"), join(folder, "chat.jinja")];
  writeTinyLlama(model);
  writeFileSync(file, text);
  const played = await play([model, "--chat-template", file], folder);
  return {
    kind,
    text: text.slice(0, 300),
    ...played,
    // One that words everything at length is told to take more tokens than the model was trained for.
    isNamed: played.refusal === null || /chat template|was trained for \d/.test(played.refusal),
  };
});
