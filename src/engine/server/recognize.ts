import { z } from "zod";
import type { ServerAddress } from "../../serving/address.ts";
import type { ServerClient } from "./client.ts";
import { ServerFault } from "./fault.ts";
import { count, text } from "./known/fields.ts";
import type { KnownServer, Listed, Probe, Recognize } from "./known/known-server.ts";
import { recognizeLlamaCpp } from "./known/llama-cpp.ts";
import { recognizeLmStudio } from "./known/lm-studio.ts";
import { recognizeOllama } from "./known/ollama.ts";
import { recognizeSglang, recognizeTgi, recognizeVllm, unknownServer } from "./known/others.ts";

/**
 * Finds out which kind of server answers at an address.
 *
 * @throws ServerFault where it cannot be asked at all, or speaks another protocol than the one that is named
 */
export async function recognize(client: ServerClient, address: ServerAddress): Promise<KnownServer> {
  if (address.api === "ollama") return asItself(client, address);
  const listed = await listedBy(client);
  // A gateway may have the server behind a path; its own protocol stands where the `v1` of chat completions does.
  const probe = probing(client, new URL(address.url).pathname.replace(/\/(v1)?$/, ""));
  for (const one of kinds) {
    const found = await one(probe, listed);
    if (found !== null) return found;
  }
  return unknownServer(listed);
}

async function asItself(client: ServerClient, address: ServerAddress): Promise<KnownServer> {
  // What keeps it from being asked is thrown here; behind this all may fail.
  await client.get("api/tags", probeMs).catch((error: unknown) => {
    if (!(error instanceof ServerFault) || error.status !== 404) throw error;
  });
  const found = await recognizeOllama(probing(client, ""), true);
  if (found !== null) return found;
  throw new ServerFault(
    "malformed",
    `${address.url} does not answer as Ollama does. Other servers are named as openai:URL.`,
  );
}

/** Null: it has no such list. */
async function listedBy(client: ServerClient): Promise<readonly Listed[] | null> {
  try {
    return listSchema.safeParse(await client.get("models", probeMs)).data?.data ?? null;
  } catch (error) {
    if (!(error instanceof ServerFault)) throw error;
    if (error.cause === "malformed" || [404, 405, 501].includes(error.status ?? 0)) return null;
    throw error;
  }
}

function probing(client: ServerClient, root: string): Probe {
  const orNull = (answer: Promise<unknown>): Promise<unknown> =>
    answer.catch((error: unknown) => {
      if (error instanceof ServerFault) return null;
      throw error;
    });
  return {
    get: (path) => orNull(client.get(`${root}${path}`, probeMs)),
    getLoaded: (path) => orNull(client.get(`${root}${path}`)),
    post: (path, body) => orNull(client.post(`${root}${path}`, body, probeMs)),
  };
}

/** The surest signs first: some answer to the paths of others, too. */
const kinds: readonly Recognize[] = [
  recognizeLlamaCpp,
  recognizeLmStudio,
  (probe) => recognizeOllama(probe, false),
  recognizeSglang,
  recognizeTgi,
  recognizeVllm,
];

const listSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: text,
      max_model_len: count,
      meta: z.object({ n_params: count, size: count }).nullable().catch(null),
      status: z.object({ value: text }).nullable().catch(null),
    }),
  ),
});

/** Whoever tells of itself does so at once. */
const probeMs = 10_000;
