import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Mutant, mutateGguf, mutationKinds } from "../../scripts/mutate-gguf.ts";
import { Random } from "../../src/random.ts";
import { writeTinyGemma } from "../../test/engine/llama/tiny-gemma.ts";
import { writeTinyLlama } from "../../test/engine/llama/tiny-llama.ts";

/** Good models that are damaged: by name. */
export type Goods = ReadonlyMap<string, Buffer>;

/** Those that ship, and three that are made here. */
export function goodModels(): Goods {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-fuzz-good-"));
  writeTinyLlama(join(folder, "tiny-llama.gguf"));
  writeTinyGemma(join(folder, "tiny-gemma2.gguf"), "gemma2");
  writeTinyGemma(join(folder, "tiny-gemma3.gguf"), "gemma3");
  const shipped = join(import.meta.dirname, "../../models");
  const goods = [shipped, folder].flatMap((place) =>
    readdirSync(place)
      .filter((name) => name.endsWith(".gguf"))
      .toSorted()
      .map((name) => [name, readFileSync(join(place, name))] as const),
  );
  rmSync(folder, { recursive: true });
  return new Map(goods);
}

/** A damaged file, the same for the same seed and number. */
export function ggufCase(goods: Goods, seed: number, index: number): Mutant & { readonly model: string } {
  const random = new Random(seed, "gguf", index);
  const [model, bytes] = random.pick([...goods]);
  return { model, ...mutateGguf(bytes, random.pick(mutationKinds), random) };
}

/** Whether a refusal names what of the file is wrong: a key, a tensor, or the part of the file. */
export function isNamed(refusal: string, good: Buffer): boolean {
  return partsOfFile.test(refusal) || namesIn(good).some((name) => refusal.includes(name));
}

/** What is neither a key nor a tensor, but told as plainly; and keys that no good file here has. */
const partsOfFile =
  /four bytes are not GGUF|the file is empty|GGUF version \d|big-endian|counts \d+ keys and \d+ tensors|the chat template|(at|behind) the counts|\btensor \d+ is|\b(expert|split|nextn)[\w.]+|(rope|attention|general)\.\w+|not a model|was trained for \d|tensor '[\w.]+'/;

/** Names of keys, as they are and without the architecture, and of tensors. */
function namesIn(good: Buffer): string[] {
  const header = good.subarray(0, 200_000).toString("latin1");
  const full = header.match(/[a-z][a-z0-9_]+(\.[a-z0-9_]+)+/g) ?? [];
  const short = full.flatMap((name) => /^(?:llama|gemma\d)\.(.+)$/.exec(name)?.[1] ?? []);
  return [...new Set([...full, ...short, "token_embd", "attention.key_length", "attention.value_length"])];
}
