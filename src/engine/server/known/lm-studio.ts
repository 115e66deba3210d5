import { z } from "zod";
import { count, formOf, text } from "./fields.ts";
import { type Recognize, untoldModel } from "./known-server.ts";

/** LM Studio; it tells its version nowhere. */
export const recognizeLmStudio: Recognize = async (probe) => {
  const list = formOf(listSchema, await probe.get("/api/v0/models"));
  if (list === null) return null;
  return {
    kind: "lm-studio",
    offered: list.data
      .filter(({ type }) => type !== "embeddings")
      .map((one) => ({
        id: one.id,
        digest: null,
        parameters: null,
        quantization: one.quantization,
        contextLength: one.loaded_context_length ?? one.max_context_length,
        isLoaded: one.state === "loaded",
      })),
    takesAnyName: false,
    about: ({ id }) => {
      const found = list.data.find((one) => one.id === id);
      // What it is loaded with when it is first asked for is not told before.
      return Promise.resolve({ ...untoldModel, contextLength: found?.loaded_context_length ?? null });
    },
  };
};

const listSchema = z.object({
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
