import { SettingError } from "../errors.ts";

/** `openai`: chat completions as most servers speak them; `ollama`: Ollama's own protocol, the only one that takes a context length. */
export const serverApis = ["openai", "ollama"] as const;
export type ServerApi = (typeof serverApis)[number];

export interface ServerAddress {
  readonly api: ServerApi;
  /** Without a slash at its end, and without anything secret. */
  readonly url: string;
}

/** Without a byte for so long a request counts as lost, unless told: a long prompt takes a processor minutes. */
export const usualRequestTimeoutMs = 600_000;

/**
 * Reads `openai:http://127.0.0.1:8080/v1` or `ollama:http://127.0.0.1:11434`.
 *
 * @returns null where the text names no server
 * @throws SettingError where what it names cannot be asked
 */
export function parseServer(text: string): ServerAddress | null {
  const api = serverApis.find((one) => text === one || text.startsWith(`${one}:`));
  if (api === undefined) return null;
  const url = text.slice(api.length + 1);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol))
    throw new SettingError(`names no server. Write it as ${api}:${examples[api]}`);
  if (parsed.username !== "" || parsed.password !== "")
    throw new SettingError("holds a name or a password, which would be stored. Use LONGHAUL_API_KEY.");
  if (parsed.search !== "" || parsed.hash !== "")
    throw new SettingError(`goes on behind its path. Write it as ${api}:${examples[api]}`);
  return { api, url: parsed.href.replace(/\/+$/, "") };
}

/**
 * Reads a model behind a server as a suite names it: `openai:http://127.0.0.1:8080/v1 NAME`.
 *
 * @returns null where the text names no server
 * @throws SettingError where the server cannot be asked, or no model is named
 */
export function parseServedModel(
  text: string,
): { readonly address: ServerAddress; readonly model: string } | null {
  const [, server = "", model = ""] = /^\s*(\S*)\s*(.*)$/s.exec(text) ?? [];
  const address = parseServer(server);
  if (address === null) return null;
  if (model === "") throw new SettingError(`names no model. Write it as "${server} NAME"`);
  return { address, model };
}

/** A text that was to name a server, without a name, a password or a key that stands in it. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/\s]*@/, "//").replace(/[?#]\S*/, "");
}

export function serverText({ api, url }: ServerAddress): string {
  return `${api}:${url}`;
}

const examples: Readonly<Record<ServerApi, string>> = {
  openai: "http://127.0.0.1:8080/v1",
  ollama: "http://127.0.0.1:11434",
};
