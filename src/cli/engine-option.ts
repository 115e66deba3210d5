import { parseScript } from "../engine/scripted/script.ts";
import { SettingError, UsageError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { parseServer, type ServerAddress, serverText, withoutSecrets } from "../serving/address.ts";
import { taskNames } from "../tasks/index.ts";
import type { Flags } from "./flag-reader.ts";
import { requestTimeoutOf } from "./request-timeout.ts";
import { shellWord, typedLine } from "../typed-line.ts";

/** What `--engine` names, beside these models. @throws UsageError where the two do not go together, or it names nothing */
export function engineOf(text: string, models: readonly string[], flags: Flags): RunRequest["engine"] {
  const engine = parseEngine(text, flags);
  if (engine.kind === "server" && models.length === 0)
    throw new UsageError(
      `--engine ${serverText(engine.address)}: names no model. Add its name. See what is there: ${typedLine(`models --server ${shellWord(serverText(engine.address))}`)}`,
    );
  if (engine.kind === "scripted" && models.length > 0)
    throw new UsageError(
      `--engine scripted takes no model files. Leave out ${models.join(", ")}: ${typedLine(`run --engine ${shellWord(text)}`)}`,
    );
  return engine;
}

function parseEngine(text: string, flags: Flags): RunRequest["engine"] {
  const address = serverOf(text);
  const requestTimeoutMs = requestTimeoutOf(flags, address !== null);
  if (address !== null) return { kind: "server", address, requestTimeoutMs };
  if (text === "llama") return { kind: "llama" };
  if (text === "scripted" || text.startsWith("scripted:")) {
    const spec = text.slice("scripted:".length);
    parseScript(spec, 1, taskNames);
    return { kind: "scripted", spec };
  }
  throw new UsageError(
    `--engine ${text}: unknown engine. Use llama, openai:http://127.0.0.1:8080/v1, ollama:http://127.0.0.1:11434, or scripted:p=0.99,seed=7.`,
  );
}

function serverOf(text: string): ServerAddress | null {
  try {
    return parseServer(text);
  } catch (error) {
    if (error instanceof SettingError)
      throw new UsageError(`--engine ${withoutSecrets(text)}: ${error.message}`);
    throw error;
  }
}
