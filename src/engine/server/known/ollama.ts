import { z } from "zod";
import { count, formOf, text } from "./fields.ts";
import { type KnownServer, type ModelFacts, type Offered, type Probe, untoldModel } from "./known-server.ts";

/**
 * Ollama, at its own address or at its route for chat completions.
 *
 * @param isAsItself its own protocol is spoken, in which a context length is asked for; else it is what the server chose
 */
export async function recognizeOllama(probe: Probe, isAsItself: boolean): Promise<KnownServer | null> {
  const root = isAsItself ? "" : "/";
  const about = formOf(versionSchema, await probe.get(`${root}api/version`));
  const tags = formOf(tagsSchema, await probe.get(`${root}api/tags`));
  if (about === null || tags === null) return null;
  const running = formOf(runningSchema, await probe.get(`${root}api/ps`));
  return {
    kind: "ollama",
    offered: tags.models.map(({ name, digest, details }): Offered => {
      const loaded = running?.models.find((one) => one.name === name);
      return {
        id: name,
        digest,
        parameters: details?.parameter_size ?? null,
        quantization: details?.quantization_level ?? null,
        contextLength: loaded?.context_length ?? null,
        isLoaded: running === null ? null : loaded !== undefined,
      };
    }),
    takesAnyName: false,
    about: async ({ id, digest, contextLength }) => {
      const shown = formOf(shownSchema, await probe.post(`${root}api/show`, { model: id }));
      const tag = tags.models.find(({ name }) => name === id);
      return {
        ...untoldModel,
        version: about.version,
        digest,
        ...(shown !== null && fileOf(shown)),
        templateText: shown?.template ?? null,
        contextLength: isAsItself ? longest(shown) : (contextLength ?? chosen(shown)),
        isElsewhere: (tag?.remote_host ?? null) !== null,
      };
    },
  };
}

type Shown = z.infer<typeof shownSchema>;

/**
 * The first FROM names the file, a blob that is called by its SHA-256; a projector may follow. With an adapter the file
 * is not all that answers.
 */
function fileOf({ modelfile, details }: Shown): Pick<ModelFacts, "fileNamed" | "fileSha256"> | null {
  if (modelfile === null || /^ADAPTER\s/m.test(modelfile)) return null;
  if (details?.format !== "gguf") return null;
  const file = /^FROM\s+(.+?)\s*$/m.exec(modelfile)?.[1] ?? "";
  const hash = /sha256[-:]([0-9a-f]{64})$/.exec(file)?.[1];
  return hash === undefined ? null : { fileNamed: file, fileSha256: hash };
}

/** Tokens that the model was made for. */
function longest(shown: Shown | null): number | null {
  const found = Object.entries(shown?.model_info ?? {}).find(([key]) => key.endsWith(".context_length"));
  return formOf(count, found?.[1]);
}

/** Tokens that the model's own file asks for. */
function chosen(shown: Shown | null): number | null {
  return formOf(count, Number(/^num_ctx\s+(\d+)/m.exec(shown?.parameters ?? "")?.[1]));
}

const versionSchema = z.object({ version: z.string() });

const detailsSchema = z
  .object({ format: text, parameter_size: text, quantization_level: text })
  .nullable()
  .catch(null);

const tagsSchema = z.object({
  models: z.array(z.object({ name: z.string(), digest: text, details: detailsSchema, remote_host: text })),
});

const runningSchema = z.object({ models: z.array(z.object({ name: z.string(), context_length: count })) });

const shownSchema = z.object({
  modelfile: text,
  parameters: text,
  template: text,
  details: detailsSchema,
  model_info: z.record(z.string(), z.unknown()).nullable().catch(null),
});
