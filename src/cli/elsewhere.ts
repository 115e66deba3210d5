import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { shellWord, typedLine } from "../typed-line.ts";

/** @throws UsageError for what one command takes as a model, told to another: with the line that is right */
export function refuseElsewhere(text: string, path: string): void {
  if (/^scripted(:|$)/.test(text))
    throw new UsageError(
      `${text}: a simulated model is no file. It is run so: ${typedLine(`run --engine ${shellWord(text)}`)}`,
    );
  if (/^\w+:\/\/|^(openai|ollama):/.test(text)) throw served(text);
  const other = existsSync(path) ? otherFile(path) : null;
  if (other !== null) throw other;
}

/** @throws UsageError for a model in the place of a suite's file */
export function refuseModelAsSuite(file: string, models: readonly string[]): void {
  if (/\.gguf$/i.test(file))
    throw new UsageError(
      `${file}: a model in the place of a suite. It is run so: ${typedLine(`run ${[file, ...models].map(shellWord).join(" ")}`)}`,
    );
}

/** @param words the command, with all it was given but the engine @throws UsageError: in suites, what is no file is named as a model */
export function refuseEngineOfSuite(engine: unknown, words: string, models: readonly string[]): void {
  if (typeof engine !== "string") return;
  const isScripted = /^scripted(:|$)/.test(engine);
  const source = isScripted || models.length === 0 ? engine : `${engine} ${models[0]}`;
  throw new UsageError(
    `--engine ${engine}: a suite has a model's engine in its name. Name it so: ${typedLine(`${words} ${shellWord(source)}`)}`,
  );
}

function served(text: string): UsageError {
  const [server = "", ...name] = text.split(/\s+/);
  if (name.length > 0)
    return new UsageError(
      `${text}: a server is no file. It is run so: ${typedLine(`run --engine ${shellWord(server)} ${shellWord(name.join(" "))}`)}`,
    );
  return new UsageError(
    `${text}: a server is no file. What it offers: ${typedLine(`models --server ${shellWord(server)}`)}`,
  );
}

/** By its ending. Null: it may be a model. */
function otherFile(file: string): UsageError | null {
  const word = shellWord(file);
  if (/\.ya?ml$/i.test(file))
    return new UsageError(
      `${file}: a suite, if anything. It is carried out so: ${typedLine(`suite run ${word}`)}`,
    );
  if (/\.jsonl?$/i.test(file))
    return new UsageError(
      `${file}: a data set, if anything. It is played so: ${typedLine(`run --dataset ${word}`)}`,
    );
  if (/\.(db|sqlite3?)$/i.test(file))
    return new UsageError(
      `${file}: a file of runs, if anything. They are listed so: ${typedLine("ls", file)}`,
    );
  return null;
}
