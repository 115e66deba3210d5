/**
 * Damaged models through the built command line, each for one turn: does the program survive, does it end, does it say
 * what is wrong?
 * usage: npm run build && npx tsx bench/fuzz/gguf.ts [--count 1000] [--seed 1] [--first 0] [--jobs 1] [--lines FILE.jsonl]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ggufCase, goodModels, isNamed } from "./gguf-cases.ts";
import { play } from "./played.ts";
import { fuzz } from "./fuzz.ts";

const goods = goodModels();

await fuzz("damaged models", async (seed, index, folder) => {
  const { bytes, ...mutant } = ggufCase(goods, seed, index);
  const path = join(folder, "model.gguf");
  writeFileSync(path, bytes);
  const played = await play([path], folder);
  const good = goods.get(mutant.model) ?? Buffer.alloc(0);
  return { ...mutant, ...played, isNamed: played.refusal === null || isNamed(played.refusal, good) };
});
