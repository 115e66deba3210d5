import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { EngineError } from "../../errors.ts";
import type { ServerAddress } from "../../serving/address.ts";
import type { ServerClient } from "./client.ts";
import type { ServerFacts } from "../../serving/facts.ts";
import { type KnownServer, type ModelFacts, type Offered, untoldOffer } from "./known/known-server.ts";
import { isRemote } from "./loopback.ts";
import { recognize } from "./recognize.ts";

/**
 * What a server tells of itself and of one of its models.
 *
 * @throws ServerFault where it cannot be asked, EngineError where it does not offer the model
 */
export async function identify(
  client: ServerClient,
  address: ServerAddress,
  model: string,
): Promise<{ readonly facts: ServerFacts; readonly templateText: string | null }> {
  const server = await recognize(client, address);
  const offer = offerOf(server, model, address);
  const about = await server.about(offer);
  const isAway = (await isRemote(address)) || about.isElsewhere;
  const { version, digest, contextLength, slots, told, templateText } = about;
  const facts: ServerFacts = {
    ...address,
    isRemote: isAway,
    kind: server.kind,
    version,
    model: offer.id,
    digest,
    fileSha256: about.fileSha256,
    filePath: isAway ? null : fileHere(about),
    contextLength,
    slots,
    unsent: [],
    told,
    tellsPrompt: true,
  };
  return { facts, templateText };
}

/**
 * Whether a server still is what it was.
 *
 * @returns in words what is another, or null; what is not known of both is taken to be the same
 */
export function otherThan(before: ServerFacts, now: ServerFacts): string | null {
  const changed = compared.flatMap(([name, words]) => {
    const [was, is] = [before[name], now[name]];
    const isKnown = was !== null && is !== null && was !== "unknown" && is !== "unknown";
    return isKnown && was !== is ? [`${words} is ${is}, was ${was}`] : [];
  });
  return changed.length === 0 ? null : changed.join("; ");
}

const compared = [
  ["kind", "the kind of server"],
  ["version", "its version"],
  ["model", "the model"],
  ["digest", "the model's digest"],
  ["fileSha256", "the SHA-256 of the model's file"],
  ["filePath", "the model's file"],
  ["contextLength", "the context in tokens"],
] as const satisfies readonly (readonly [keyof ServerFacts, string])[];

/** By its name; by its only model where any name will do; by any name where it does not tell its models. */
function offerOf(server: KnownServer, model: string, { url }: ServerAddress): Offered {
  const { offered, takesAnyName, kind } = server;
  const latest = kind === "ollama" ? `${model}:latest` : model;
  const found = offered.find(({ id }) => id === model) ?? offered.find(({ id }) => id === latest);
  const [first] = offered;
  if (found !== undefined) return found;
  if (takesAnyName) return first ?? { ...untoldOffer, id: model };
  const names = offered.map(({ id }) => id);
  const some = names.length > mostNamed ? [...names.slice(0, mostNamed), "..."] : names;
  const list = names.length === 0 ? "no model at all" : some.join(", ");
  throw new EngineError("model_load", `${url} does not offer "${model}". It offers ${list}.`);
}

/**
 * The file that a server on this machine names, if it is here. What is written from the server's own folder could be
 * another file here, and so could a path inside of a container: the size tells.
 */
function fileHere({ fileNamed: path, weightBytes }: ModelFacts): string | null {
  const file = path === null || !isAbsolute(path) ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path === null || file?.isFile() !== true) return null;
  const isPart = /-\d{5}-of-\d{5}\.gguf$/.test(path);
  const beside = file.size - (weightBytes ?? file.size);
  const isLike = beside >= 0 && beside <= mostBesideWeights;
  return isPart || isLike ? path : null;
}

/** So many models are named where another is asked for. */
const mostNamed = 20;
/** Bytes of a vocabulary and all else that a model's file holds beside its weights. */
const mostBesideWeights = 64 * 1024 * 1024;
