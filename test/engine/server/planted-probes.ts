import type { PlantedServer } from "./planted-server.ts";

/** What each kind answers to the paths by which it is known. Null: it has no such path. */
export function probeAnswer({ plant, model, digest }: PlantedServer, path: string): unknown {
  const { kind, contextLength = 32_768, slots = 4 } = plant;
  const models = { object: "list", data: [{ id: model, object: "model", owned_by: kind }] };
  const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "llama.cpp": {
      "/props": {
        build_info: digest,
        model_path: plant.modelPath ?? `/nowhere/${model}.gguf`,
        chat_template: "{{ messages }}",
        total_slots: slots,
        default_generation_settings: { n_ctx: contextLength, params: { temperature: 0.8, top_k: 40 } },
      },
      ...(plant.modelPath === undefined ? {} : { "/lora-adapters": [] }),
      "/v1/models": models,
    },
    vllm: {
      "/version": { version: digest },
      "/v1/models": { data: [{ id: model, owned_by: "vllm", max_model_len: contextLength }] },
    },
    sglang: {
      "/get_model_info": { model_path: model, is_generation: true },
      "/get_server_info": { version: digest, context_length: contextLength, max_running_requests: slots },
      "/v1/models": models,
    },
    "lm-studio": {
      "/api/v0/models": {
        data: [{ id: model, type: "llm", state: "loaded", loaded_context_length: contextLength }],
      },
      "/v1/models": models,
    },
    tgi: {
      "/info": { model_id: model, model_sha: digest, version: "3.3.4", max_total_tokens: contextLength },
      "/v1/models": models,
    },
    ollama: {
      "/api/version": { version: "0.12.0" },
      "/api/tags": { models: [{ name: model, model, digest, details: { format: "gguf" } }] },
      "/api/ps": { models: [] },
      "/api/show": {
        template: plant.templateText ?? "{{ .Prompt }}",
        modelfile: "FROM x",
        details: { format: "gguf" },
        model_info: { "llama.context_length": contextLength },
      },
      "/v1/models": models,
    },
    unknown: { "/v1/models": models },
  };
  return answers[kind]?.[path] ?? null;
}
