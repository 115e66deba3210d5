import { SettingError, UsageError } from "../errors.ts";
import { parseServer, type ServerAddress, serverText, withoutSecrets } from "../serving/address.ts";
import { clientOf } from "../engine/server/client-of.ts";
import { ServerFault } from "../engine/server/fault.ts";
import type { KnownServer, Offered } from "../engine/server/known/known-server.ts";
import { isRemote } from "../engine/server/loopback.ts";
import { recognize } from "../engine/server/recognize.ts";
import { renderTable } from "../report/words/table.ts";
import { shellWord } from "../typed-line.ts";
import { visible } from "../visible-text.ts";
import { jsonOf } from "./documents/json.ts";
import { type Flags, FlagReader } from "./flag-reader.ts";

/** What a server offers, as text or as a document. @throws UsageError, or ServerFault where it cannot be asked */
export async function servedModels(flags: Flags): Promise<string> {
  const { address, server } = await firstThatAnswers(addressesOf(new FlagReader(flags)));
  return flags["json"] === true
    ? jsonOf("models-served", await documentOf(address, server))
    : textOf(address, server);
}

interface Answering {
  readonly address: ServerAddress;
  readonly server: KnownServer;
}

/** Those that a text may mean: of a plain URL, Ollama's own protocol, which tells more, and chat completions. */
function addressesOf(reader: FlagReader): readonly ServerAddress[] {
  const text = reader.optionalText("server") ?? "";
  try {
    const named = parseServer(text);
    if (named !== null) return [named];
    if (!/^https?:\/\//.test(text))
      throw new SettingError(`is no address. Write it as http://127.0.0.1:8080`);
    const tried = [`ollama:${text}`, `openai:${text.replace(/^(https?:\/\/[^/]+)\/?$/, "$1/v1")}`];
    return tried.map(parseServer).filter((one) => one !== null);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UsageError(`--server ${withoutSecrets(text)}: ${error.message}`);
  }
}

async function firstThatAnswers(addresses: readonly ServerAddress[]): Promise<Answering> {
  let fault: ServerFault | null = null;
  for (const address of addresses) {
    const client = clientOf(address, timeoutMs);
    try {
      return { address, server: await recognize(client, address) };
    } catch (error) {
      if (!(error instanceof ServerFault) || !isOfProtocol(error)) throw error;
      fault = error;
    }
  }
  throw fault ?? new Error("no address");
}

/** It is there, and may speak the other one. */
function isOfProtocol({ cause, status }: ServerFault): boolean {
  return cause === "malformed" || cause === "redirect" || (cause === "status" && status !== 401);
}

async function documentOf(address: ServerAddress, server: KnownServer) {
  const { kind, offered } = server;
  return {
    schemaVersion: 1 as const,
    server: serverText(address),
    isRemote: await isRemote(address),
    kind,
    models: offered,
  };
}

function textOf(address: ServerAddress, { kind, offered }: KnownServer): string {
  const engine = serverText(address);
  const called = kind === "unknown" ? "unknown kind" : kind;
  if (offered.length === 0) return `${engine} (${called}): no models`;
  const [first] = offered;
  return [
    `${engine} (${called})`,
    renderTable(
      columns.map(({ title, align }) => ({ title, align })),
      offered.map((one) => columns.map(({ cell }) => visible(cell(one)))),
    ),
    `longhaul run --engine ${engine} ${shellWord(visible(first?.id ?? ""))}`,
  ].join("\n\n");
}

const columns: readonly {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (model: Offered) => string;
}[] = [
  { title: "model", align: "left", cell: ({ id }) => id },
  { title: "parameters", align: "right", cell: ({ parameters }) => parameters ?? "" },
  { title: "quant", align: "left", cell: ({ quantization }) => quantization ?? "" },
  {
    title: "context",
    align: "right",
    cell: ({ contextLength }) => contextLength?.toLocaleString("en") ?? "",
  },
  {
    title: "loaded",
    align: "left",
    cell: ({ isLoaded }) => (isLoaded === null ? "" : isLoaded ? "yes" : "no"),
  },
  { title: "digest", align: "left", cell: ({ digest }) => digest?.slice(0, 12) ?? "" },
];

const timeoutMs = 30_000;
