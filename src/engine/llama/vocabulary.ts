import { EngineError } from "../../errors.ts";
import type { Message } from "../engine.ts";
import { type GpuChoice, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";
import { createChatCodec, type TemplateSource } from "../../chat/codec.ts";

/** A model's tokenizer without its weights: enough to count what a conversation takes. */
export interface Vocabulary {
  readonly backend: string;
  readonly freeVramBytes: number | null;
  /** Conversations under a chat template. @throws EngineError where it cannot render one */
  chat(template: { readonly text: string; readonly source: TemplateSource }, thinking: boolean): Chat;
  countText(text: string): number;
  readonly close: () => Promise<void>;
}

/** Conversations of a model under a template. */
export interface Chat {
  /** Whether the template opens reasoning by itself. */
  readonly opensReasoning: boolean;
  /** Tokens of a history, the generation prompt included. */
  count(messages: readonly Message[]): number;
}

/** @throws EngineError with what the native log said */
export async function openVocabulary(modelPath: string, gpu: GpuChoice): Promise<Vocabulary> {
  const { llama, takeLog } = await loadBinding(gpu);
  try {
    const model = await llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
    const tokenizer = tokenizerOf(model);
    const contents = new Map<string, number[]>();
    return {
      backend: llama.gpu === false ? "cpu" : llama.gpu,
      freeVramBytes: llama.gpu === false ? null : (await llama.getVramState()).free,
      chat(template, thinking) {
        const codec = createChatCodec(template.text, template.source, tokenizer, thinking);
        return {
          opensReasoning: codec.opener !== null,
          count: (messages) => codec.render(messages, contents).length,
        };
      },
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
