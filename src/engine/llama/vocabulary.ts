import { type Chat, createChat } from "../../chat/chat.ts";
import type { Template } from "../../chat/template.ts";
import type { ChatOptions } from "../../chat/variables.ts";
import { EngineError } from "../../errors.ts";
import { type GpuChoice, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";

/** A model's tokenizer without its weights: enough to word a conversation and to count what it takes. */
export interface Vocabulary {
  readonly backend: string;
  /** llama.cpp's release. */
  readonly release: string;
  readonly freeVramBytes: number | null;
  /** Conversations under a chat template. @throws EngineError where it cannot render one */
  chat(template: Template, options: ChatOptions): Chat;
  countText(text: string): number;
  readonly close: () => Promise<void>;
}

/** @throws EngineError with what the native log said */
export async function openVocabulary(modelPath: string, gpu: GpuChoice): Promise<Vocabulary> {
  const { llama, jinja, takeLog } = await loadBinding(gpu);
  try {
    const model = await llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
    const tokenizer = tokenizerOf(model);
    return {
      backend: llama.gpu === false ? "cpu" : llama.gpu,
      release: llama.llamaCppRelease.release,
      freeVramBytes: llama.gpu === false ? null : (await llama.getVramState()).free,
      chat: (template, options) => createChat(template, tokenizer, options, jinja),
      countText: (text) => tokenizer.tokenize(text, false).length,
      close: () => llama.dispose(),
    };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const log = await takeLog();
    throw new EngineError(
      "model_load",
      `the model cannot be loaded: ${loadFailure(error, log, modelPath)}`,
      log,
    );
  }
}
