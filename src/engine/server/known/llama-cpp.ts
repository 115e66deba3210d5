import { z } from "zod";
import { count, formOf, text } from "./fields.ts";
import { type Listed, type ModelFacts, type Recognize, untoldModel, untoldOffer } from "./known-server.ts";
import { toldSampling } from "./told-sampling.ts";

/** llama.cpp's own server, with one model, or as a router that starts one for each model it is asked for. */
export const recognizeLlamaCpp: Recognize = async (probe, listed) => {
  const own = formOf(propsSchema, await probe.get("/props"));
  if (own === null) return null;
  const isRouter = own.role === "router";
  const contextLength = isRouter ? null : own.default_generation_settings.n_ctx;
  return {
    kind: "llama.cpp",
    offered: (listed ?? []).map((one) => ({
      id: one.id,
      ...untoldOffer,
      parameters: parametersOf(one),
      contextLength,
      isLoaded: isRouter ? (one.status?.value ?? null) === "loaded" : true,
    })),
    takesAnyName: !isRouter,
    about: async ({ id }) => {
      const of = isRouter ? `?model=${encodeURIComponent(id)}` : "";
      const props = isRouter ? formOf(propsSchema, await probe.getLoaded(`/props${of}`)) : own;
      const adapters = formOf(adaptersSchema, await probe.get(`/lora-adapters${of}`));
      // With an adapter, or where that is not known, the file is not all that answers.
      const isFileAll = adapters?.every(({ scale }) => scale === 0) ?? false;
      return {
        ...(props === null ? untoldModel : factsOf(props)),
        ...(!isFileAll && { fileNamed: null }),
        weightBytes: listed?.find((one) => one.id === id)?.meta?.size ?? null,
      };
    },
  };
};

function factsOf(props: z.infer<typeof propsSchema>): ModelFacts {
  const { n_ctx: contextLength, ...beside } = props.default_generation_settings;
  return {
    ...untoldModel,
    version: props.build_info,
    contextLength,
    slots: props.total_slots,
    fileNamed: props.model_path,
    templateText: props.chat_template,
    told: toldSampling(beside.params ?? beside),
  };
}

function parametersOf({ meta }: Listed): string | null {
  const count = meta?.n_params ?? null;
  if (count === null) return null;
  const [unit, letter] = count >= 1e9 ? [1e9, "B"] : [1e6, "M"];
  return `${Number((count / unit).toPrecision(3))}${letter}`;
}

/** Older versions have the settings beside `n_ctx`, newer ones in `params`. */
const propsSchema = z.object({
  role: text,
  build_info: text,
  model_path: text,
  chat_template: text,
  total_slots: count,
  default_generation_settings: z.looseObject({
    n_ctx: count,
    params: z.record(z.string(), z.unknown()).nullable().catch(null),
  }),
});

const adaptersSchema = z.array(z.object({ scale: z.number() }));
