import { EngineError, messageOf } from "../../errors.ts";
import type { Llama, LlamaModel } from "node-llama-cpp";
import type { Tokenizer } from "./chat-codec.ts";

export type GpuChoice = "auto" | "off" | "cuda" | "vulkan" | "metal";

/** The native side, and the last lines that it logged: they say why something failed when the exception doesn't. */
export interface Binding {
  readonly llama: Llama;
  /** What the native log said since the last call, warnings and errors only, at most 20 lines. */
  readonly takeLog: () => string | null;
}

/**
 * Loads the prebuilt native library; never builds or downloads one.
 *
 * @throws EngineError `backend` when the backend asked for is not what was loaded
 */
export async function loadBinding(gpu: GpuChoice): Promise<Binding> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  let lines: string[] = [];
  const takeLog = (): string | null => {
    const text = lines.length > 0 ? lines.join("\n") : null;
    lines = [];
    return text;
  };
  const wanted = gpu === "off" ? false : gpu;
  try {
    const llama = await getLlama({
      gpu: wanted,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      // 0: a context gets exactly the threads that it asks for.
      maxThreads: 0,
      logLevel: LlamaLogLevel.warn,
      logger: (_level, message) => {
        lines = [...lines, message.trimEnd()].slice(-20);
      },
    });
    if (wanted !== "auto" && llama.gpu !== wanted)
      throw new Error(`${llama.gpu === false ? "the CPU" : llama.gpu} was loaded`);
    return { llama, takeLog };
  } catch (error) {
    throw new EngineError(
      "backend",
      `--gpu ${gpu}: this backend cannot be used here (${firstLine(messageOf(error))}). Use --gpu auto or --gpu off, or install its driver.`,
      takeLog(),
    );
  }
}

/** The model's tokenizer as the chat codec wants it. */
export function tokenizerOf(model: LlamaModel): Tokenizer {
  return {
    tokenize: (text, special) => (text === "" ? [] : model.tokenize(text, special)),
    bosId: model.tokens.bos,
    bosText: model.tokens.bosString ?? "",
    eosText: model.tokens.eosString ?? "",
    prependBos: model.tokens.shouldPrependBosToken,
  };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
