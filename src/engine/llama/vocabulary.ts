import { type Chat, createChat } from "../../chat/chat.ts";
import type { Template } from "../../chat/template.ts";
import type { ChatOptions } from "../../chat/variables.ts";
import { EngineError } from "../../errors.ts";
import { type Binding, type GpuChoice, loadBinding, loadFailure, tokenizerOf } from "./binding.ts";
import { type Vram, vramOf } from "./gpu-memory.ts";
import { estimateMemory, type Layout, type MemoryEstimate } from "./memory.ts";

/** A model's tokenizer without its weights: enough to word a conversation and to count what it takes. */
export interface Vocabulary {
  readonly backend: string;
  /** llama.cpp's release. */
  readonly release: string;
  /** Whether its libraries were built here, in the binding's word. */
  readonly build: string;
  /** Null where there is no GPU to put anything on. */
  readonly vram: Vram | null;
  /** Layers, the output counted as one. */
  readonly layers: number;
  /** Tokens that the model knows. */
  readonly size: number;
  /** What this process needs for the vocabulary. */
  readonly bytes: number;
  /** What the model would take. Native code. @throws Error where nothing can be told */
  estimate(layout: Layout): Promise<MemoryEstimate>;
  /** Conversations under a chat template. @throws EngineError where it cannot render one */
  chat(template: Template, options: ChatOptions): Chat;
  countText(text: string): number;
  readonly close: () => Promise<void>;
}

/** @throws EngineError with what the native log said */
export async function openVocabulary(modelPath: string, gpu: GpuChoice): Promise<Vocabulary> {
  const { llama, jinja, takeLog } = await sharedBinding(gpu);
  const bytesBefore = process.memoryUsage.rss();
  try {
    const model = await llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
    const tokenizer = tokenizerOf(model);
    const { fileInsights } = model;
    return {
      backend: llama.gpu === false ? "cpu" : llama.gpu,
      release: llama.llamaCppRelease.release,
      build: llama.buildType,
      vram: await vramOf(llama),
      layers: fileInsights.totalLayers,
      size: fileInsights.ggufFileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0,
      bytes: Math.max(0, process.memoryUsage.rss() - bytesBefore),
      estimate: (layout) => estimateMemory(fileInsights, layout),
      chat: (template, options) => createChat(template, tokenizer, options, jinja),
      countText: (text) => tokenizer.tokenize(text, false).length,
      close: async () => {
        await model.dispose();
        await release(gpu);
      },
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

/** By what was asked for, with as many vocabularies as are open. */
const shared = new Map<GpuChoice, { readonly binding: Promise<Binding>; users: number }>();

/** One for all vocabularies of this process: with a second one the binding's native log falls silent. */
async function sharedBinding(gpu: GpuChoice): Promise<Binding> {
  const known = shared.get(gpu) ?? { binding: loadBinding(gpu), users: 0 };
  shared.set(gpu, known);
  try {
    const binding = await known.binding;
    known.users++;
    return binding;
  } catch (error) {
    shared.delete(gpu);
    throw error;
  }
}

async function release(gpu: GpuChoice): Promise<void> {
  const known = shared.get(gpu);
  if (known === undefined || --known.users > 0) return;
  shared.delete(gpu);
  await known.binding.then(({ llama }) => llama.dispose());
}
