import { UsageError } from "../errors.ts";
import { hashModel } from "../gguf/hash.ts";
import { type ReadSpeedTest, readSpeedTests } from "../reading/speed-tests.ts";
import type { Database } from "../store/database.ts";
import { modelFiles } from "./model-names.ts";
import { shellWord, typedLine } from "../typed-line.ts";

/**
 * The tests in a file, of these models alone where any are named: as their rows call them, or as `speed` takes them.
 *
 * @throws UsageError where there is none of one of them
 */
export async function storedTests(
  database: Database,
  path: string,
  models: readonly string[],
): Promise<ReadSpeedTest[]> {
  const tests = readSpeedTests(database, null);
  if (models.length === 0) return tests;
  const wanted = new Set<string>();
  for (const model of models) for (const hash of await hashesOf(model, tests, path)) wanted.add(hash);
  return tests.filter(({ row }) => wanted.has(row.sha256));
}

async function hashesOf(
  model: string,
  tests: readonly ReadSpeedTest[],
  path: string,
): Promise<readonly string[]> {
  const called = tests.filter(({ row }) => row.model === model).map(({ row }) => row.sha256);
  if (called.length > 0) return called;
  const files = await modelFiles([model], true);
  const hashes = await Promise.all(files.map(({ parts }) => hashModel(parts)));
  const found = hashes.filter((hash) => tests.some(({ row }) => row.sha256 === hash));
  if (found.length > 0) return found;
  throw new UsageError(
    `--stored ${model}: there is no test of it in ${path}. Measure it: ${typedLine(`speed ${shellWord(model)}`, path)}`,
  );
}
