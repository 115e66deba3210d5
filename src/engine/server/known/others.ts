import { z } from "zod";
import { count, formOf, text } from "./fields.ts";
import {
  type KnownServer,
  type Listed,
  type ModelFacts,
  type Offered,
  type Recognize,
  untoldModel,
  untoldOffer,
} from "./known-server.ts";

/** Text Generation Inference: one model, called as it likes; the commit of its repository tells its weights. */
export const recognizeTgi: Recognize = async (probe, listed) => {
  const info = formOf(tgiSchema, await probe.get("/info"));
  if (info === null) return null;
  const { model_id: id, model_sha: digest, max_total_tokens: contextLength, version } = info;
  const only: Offered = { id, ...untoldOffer, digest, contextLength, isLoaded: true };
  const offered =
    listed === null || listed.length < 2 ? [only] : listed.map((one) => ({ ...only, id: one.id }));
  return {
    kind: "tgi",
    offered,
    takesAnyName: offered.length === 1,
    about: () => Promise.resolve({ ...untoldModel, version, digest, contextLength }),
  };
};

/** SGLang; its paths had a `get_` before. */
export const recognizeSglang: Recognize = async (probe, listed) => {
  const either = async (path: string): Promise<unknown> =>
    (await probe.get(`/get_${path}`)) ?? (await probe.get(`/${path}`));
  const model = formOf(sglangModelSchema, await either("model_info"));
  if (model === null) return null;
  const server = formOf(sglangServerSchema, await either("server_info"));
  return listedServer("sglang", listed, {
    version: server?.version ?? null,
    contextLength: server?.context_length ?? null,
    slots: server?.max_running_requests ?? null,
  });
};

/** vLLM, by its name in its own list. */
export const recognizeVllm: Recognize = async (probe, listed) => {
  if (listed?.some(({ owned_by: owner }) => owner === "vllm") !== true) return null;
  const told = formOf(versionSchema, await probe.get("/version"));
  // An adapter has the length of the model that it belongs to, which stands in the same list.
  const contextLength = listed.find((one) => one.max_model_len !== null)?.max_model_len ?? null;
  return listedServer("vllm", listed, { version: told?.version ?? null, contextLength });
};

export function unknownServer(listed: readonly Listed[] | null): KnownServer {
  return listedServer("unknown", listed, {});
}

function listedServer(
  kind: string,
  listed: readonly Listed[] | null,
  told: Partial<ModelFacts>,
): KnownServer {
  const offered = (listed ?? []).map(
    ({ id, max_model_len: contextLength }): Offered => ({ id, ...untoldOffer, contextLength }),
  );
  return {
    kind,
    offered,
    // Of one that does not tell its models.
    takesAnyName: listed === null,
    about: ({ contextLength }) =>
      Promise.resolve({
        ...untoldModel,
        ...told,
        contextLength: contextLength ?? told.contextLength ?? null,
      }),
  };
}

const tgiSchema = z.object({
  model_id: z.string(),
  model_sha: text,
  version: text,
  max_total_tokens: z.number().int().positive(),
});
const sglangModelSchema = z.object({ model_path: z.string(), is_generation: z.boolean() });
const sglangServerSchema = z.object({ version: text, context_length: count, max_running_requests: count });
const versionSchema = z.object({ version: text });
