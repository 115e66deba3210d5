import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { timestamp } from "../clock.ts";
import { sha256Of } from "../sha256.ts";
import { templateInFile } from "../chat/template-file.ts";
import { messageOf, SettingError, UsageError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { settingsOfFlags } from "../settings/flags.ts";
import { inFlags, levelRefusal, refusalOf, serverRefusal } from "../settings/refusals.ts";
import type { Settings } from "../settings/settings.ts";
import { engineOf } from "./engine-option.ts";
import { FlagReader, type Flags, type GivenFlags } from "./flag-reader.ts";
import { datasetOf } from "./run-dataset.ts";

/**
 * Turns flags into a request: every value checked, every combination that cannot work refused.
 *
 * @returns the request, and a note where less is played than was asked for
 * @throws UsageError naming the flag, its value and the fix
 */
export function parseRunOptions(
  modelPaths: readonly string[],
  flags: Flags,
  given: GivenFlags,
  dbPath: string,
): { readonly request: RunRequest; readonly note: string | null } {
  const read = new FlagReader(flags);
  const engine = engineOf(read.text("engine"), modelPaths, flags);
  const template = readTemplate(read.optionalText("chatTemplate"));
  const lora = readAdapter(read.optionalText("lora"));
  const files = { chatTemplate: template?.value ?? null, lora: lora?.value ?? null };
  const asked = settingsOfFlags(flags, files, given);
  const leveled = levelRefusal(asked, given);
  if (leveled !== null) throw new UsageError(inFlags(leveled));
  const { settings, instances, note } = datasetOf(asked, read.optionalText("dataset"), given);
  const refusal =
    refusalOf(settings, engine.kind) ?? (engine.kind === "server" ? serverRefusal(settings) : null);
  if (refusal !== null) throw new UsageError(inFlags(refusal));
  const request: RunRequest = {
    settings,
    dbPath,
    name: read.optionalText("name"),
    engine,
    modelPaths,
    instances,
    templateText: template?.text ?? null,
    loraPath: lora?.path ?? null,
    origin: null,
    ...retuneOf(flags, engine.kind),
    isWatched: flags["watch"] === true,
  };
  return { request, note };
}

/** From when measurements of how many conversations at a time are fastest count. @throws UsageError where none is made */
function retuneOf(flags: Flags, engine: RunRequest["engine"]["kind"]): Pick<RunRequest, "retunedSince"> {
  if (flags["retune"] !== true) return {};
  if (engine !== "llama")
    throw new UsageError(
      `--retune: nothing is measured of ${engine === "scripted" ? "a simulated model" : "a model behind a server"}. Leave it out.`,
    );
  const asked = flags["parallel"];
  if (asked !== "auto")
    throw new UsageError(
      `--retune: nothing is measured with --parallel ${String(asked)}. Leave one of them out.`,
    );
  return { retunedSince: timestamp() };
}

function readAdapter(path: string | null): { path: string; value: Settings["lora"] } | null {
  if (path === null) return null;
  try {
    return { path: resolve(path), value: { file: basename(path), sha256: sha256Of(readFileSync(path)) } };
  } catch (error) {
    throw new UsageError(
      `--lora ${path}: cannot be read (${messageOf(error)}). Name a LoRA adapter in GGUF.`,
    );
  }
}

function readTemplate(path: string | null): { text: string; value: Settings["chatTemplate"] } | null {
  if (path === null) return null;
  try {
    const text = templateInFile(readFileSync(path, "utf8"));
    return { text, value: { file: basename(path), sha256: sha256Of(text) } };
  } catch (error) {
    if (error instanceof SettingError) throw new UsageError(`--chat-template ${path}: ${error.message}`);
    throw new UsageError(
      `--chat-template ${path}: cannot be read (${messageOf(error)}). Name a file with a Jinja template.`,
    );
  }
}
