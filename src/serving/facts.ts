import { z } from "zod";
import { serverApis } from "./address.ts";

/** What a server says of itself and of a model, as far as it tells; stored with the run. Null: not told. */
export const serverFactsSchema = z.object({
  api: z.enum(serverApis),
  url: z.string(),
  /** Whether its address is another machine's, or it says that it asks another one for this model. */
  isRemote: z.boolean(),
  /** By what it answers: llama.cpp, ollama, vllm, sglang, lm-studio, tgi, ... or unknown. */
  kind: z.string(),
  version: z.string().nullable(),
  /** As the server calls it. */
  model: z.string(),
  /** What tells this model's weights from others', in the server's own words. */
  digest: z.string().nullable(),
  /** SHA-256 of the model's file, where the server names the file and it lies on this machine, or names its hash. */
  fileSha256: z.string().nullable(),
  /** Where the file lies on this machine. */
  filePath: z.string().nullable(),
  /** Tokens that a conversation may have. */
  contextLength: z.number().nullable(),
  /** Conversations that it evaluates at a time. */
  slots: z.number().nullable(),
  /** Settings of sampling that it cannot be told, by our names; what it does about them is not known. */
  unsent: z.array(z.string()),
  /** What it says it sampled with. */
  told: z.record(z.string(), z.json()).nullable(),
  /** Whether it tells how many tokens a prompt had, so that a prompt that was cut is noticed. */
  tellsPrompt: z.boolean(),
});
export type ServerFacts = Readonly<z.infer<typeof serverFactsSchema>>;

/** What a server says of one turn, by its own clock and count. Null: not told. */
export const servedTurnSchema = z.object({
  promptTokens: z.number().nullable(),
  /** Of these, found in its cache. */
  cachedTokens: z.number().nullable(),
  decodedTokens: z.number().nullable(),
  promptMs: z.number().nullable(),
  decodeMs: z.number().nullable(),
  /** Until the model was loaded. */
  loadMs: z.number().nullable(),
  /** Which build or replica answered, in its own words. */
  fingerprint: z.string().nullable(),
  /** Requests that were sent for the answer: 1, and one for every failure that was tried again. */
  requests: z.number(),
});
export type ServedTurn = Readonly<z.infer<typeof servedTurnSchema>>;

/**
 * What tells a model behind a server from others where its file is not known. Names are a server's own: without a digest
 * nobody knows whether another's of that name is the same.
 */
export function servedSpec({ model, digest, url }: ServerFacts): string {
  return digest === null ? `${model} at ${url}` : `${model} ${digest}`;
}

/** Whether a server holds a reply to a GBNF grammar. */
export function takesGrammar({ kind }: Pick<ServerFacts, "kind">): boolean {
  return kind === "llama.cpp";
}

/** What a server is, by kind and version. */
export function serverName({ kind, version }: Pick<ServerFacts, "kind" | "version">): string {
  return version === null ? kind : `${kind} ${version}`;
}
