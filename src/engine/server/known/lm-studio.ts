import { z } from "zod";
import { count, formOf, text } from "./fields.ts";
import { type Offered, type Probe, type Recognize, untoldModel } from "./known-server.ts";

/** LM Studio; it tells its version nowhere. */
export const recognizeLmStudio: Recognize = async (probe) => {
  const offered = (await listed(probe)) ?? (await listedBefore(probe));
  if (offered === null) return null;
  return {
    kind: "lm-studio",
    offered,
    takesAnyName: false,
    // What a model is loaded with when it is first asked for is not told before.
    about: ({ isLoaded, contextLength }) =>
      Promise.resolve({ ...untoldModel, contextLength: isLoaded === true ? contextLength : null }),
  };
};

/** Since 0.4. A model that is loaded more than once has a name for each, the first mostly its own. */
async function listed(probe: Probe): Promise<readonly Offered[] | null> {
  const list = formOf(listSchema, await probe.get("/api/v1/models"));
  if (list === null) return null;
  return list.models.filter(isForChat).flatMap((model): Offered[] => {
    const { key, params_string: parameters, quantization, loaded_instances: instances } = model;
    const told = { digest: null, parameters, quantization: quantization?.name ?? null };
    const loaded = instances.map(
      ({ id, config }): Offered => ({
        id,
        ...told,
        contextLength: config?.context_length ?? null,
        isLoaded: true,
      }),
    );
    if (loaded.length > 0) return loaded;
    return [{ id: key, ...told, contextLength: model.max_context_length, isLoaded: false }];
  });
}

async function listedBefore(probe: Probe): Promise<readonly Offered[] | null> {
  const list = formOf(listBeforeSchema, await probe.get("/api/v0/models"));
  if (list === null) return null;
  return list.data.filter(isForChat).map((one): Offered => {
    const isLoaded = one.state === "loaded";
    return {
      id: one.id,
      digest: null,
      parameters: null,
      quantization: one.quantization,
      contextLength: isLoaded ? one.loaded_context_length : one.max_context_length,
      isLoaded,
    };
  });
}

function isForChat({ type }: { readonly type: string | null }): boolean {
  return type?.startsWith("embedding") !== true;
}

const listSchema = z.object({
  models: z.array(
    z.object({
      key: z.string(),
      type: text,
      params_string: text,
      quantization: z.object({ name: text }).nullable().catch(null),
      max_context_length: count,
      loaded_instances: z.array(
        z.object({ id: z.string(), config: z.object({ context_length: count }).nullable().catch(null) }),
      ),
    }),
  ),
});

const listBeforeSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: text,
      quantization: text,
      state: z.string(),
      max_context_length: count,
      loaded_context_length: count,
    }),
  ),
});
