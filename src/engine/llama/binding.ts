import { dirname, sep } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EngineError, messageOf } from "../../errors.ts";
import { withKeys } from "../../gguf/native-names.ts";
import type { Llama, LlamaModel } from "node-llama-cpp";
import type { Jinja } from "../../chat/jinja.ts";
import type { Tokenizer } from "../../chat/tokenizer.ts";
import { endsReply } from "./end-tokens.ts";
import { jinjaOf } from "./native-jinja.ts";

export type GpuChoice = "auto" | "off" | "cuda" | "vulkan" | "metal";

/** The native side, and the last lines that it logged: they say why something failed when the exception doesn't. */
export interface Binding {
  readonly llama: Llama;
  /** What renders chat templates. */
  readonly jinja: Jinja;
  /** What the native log said since the last call, warnings and errors only, at most 20 lines. */
  readonly takeLog: () => Promise<string | null>;
  /** Does something while the native log tells more, and says what it told. */
  readonly listening: <Result>(work: () => Promise<Result>) => Promise<{ result: Result; said: string[] }>;
}

/**
 * Why a model could not be loaded, in one line that is safe to print and holds no folder: what llama.cpp said, else the
 * exception.
 */
export function loadFailure(error: unknown, log: string | null, modelPath: string): string {
  const lines = (log ?? "").split("\n");
  // The reader of headers says first what is wrong, the loader last.
  const ofHeader = lines.find((line) => /^gguf_init\w*: /.test(line));
  const ofModel = lines.findLast((line) => /error loading model\b/.test(line));
  const said = ofHeader ?? ofModel ?? messageOf(error);
  const why = said.replace(/^gguf_init\w*: |^.*error loading model(: | )/, "").trim();
  return withKeys(printable(why.replaceAll(dirname(modelPath) + sep, "")));
}

/**
 * Loads the prebuilt native library; never builds or downloads one.
 *
 * @throws EngineError `backend` when the backend asked for is not what was loaded
 */
export async function loadBinding(gpu: GpuChoice): Promise<Binding> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  let lines: string[] = [];
  let said: string[] | null = null;
  const takeLog = async (): Promise<string | null> => {
    await setTimeout(logDelayMs);
    // Where something failed it is said why, sooner or later.
    const isTold = (): boolean => lines.some((line) => /\berror\b|\bfailed\b|^gguf_init/i.test(line));
    for (let waitedMs = 0; !isTold() && waitedMs < logDelayMaxMs; waitedMs += logDelayMs)
      await setTimeout(logDelayMs);
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
      logger: (level, message) => {
        said?.push(...message.trimEnd().split("\n"));
        if (level === LlamaLogLevel.info) return;
        lines = [...lines, ...message.trimEnd().split("\n").map(printable)].slice(-20);
      },
    });
    if (wanted !== "auto" && llama.gpu !== wanted)
      throw new Error(`${llama.gpu === false ? "the CPU" : llama.gpu} was loaded`);
    const listening: Binding["listening"] = async (work) => {
      const heard: string[] = [];
      said = heard;
      llama.logLevel = LlamaLogLevel.info;
      try {
        const result = await work();
        await setTimeout(logDelayMs);
        return { result, said: heard };
      } finally {
        llama.logLevel = LlamaLogLevel.warn;
        said = null;
      }
    };
    return { llama, jinja: jinjaOf(llama), takeLog, listening };
  } catch (error) {
    throw new EngineError(
      "backend",
      `--gpu ${gpu}: this backend cannot be used here (${firstLine(messageOf(error))}). Use --gpu auto or --gpu off, or install its driver.`,
      await takeLog(),
    );
  }
}

/** The model's tokenizer as the chat codec wants it. */
export function tokenizerOf(model: LlamaModel): Tokenizer {
  return {
    tokenize: (text, special, isContinued = false) =>
      text === "" ? [] : model.tokenize(text, special, isContinued ? "trimLeadingSpace" : undefined),
    bosId: model.tokens.bos,
    bosText: model.tokens.bosString ?? "",
    eosText: model.tokens.eosString ?? "",
    prependBos: model.tokens.shouldPrependBosToken,
    appendEos: model.tokens.shouldAppendEosToken,
    ...markedTexts(model),
  };
}

function markedTexts(model: LlamaModel): Pick<Tokenizer, "specialTexts" | "definedTexts" | "endTexts"> {
  const specialTexts: string[] = [];
  const definedTexts: string[] = [];
  const endTexts: string[] = [];
  for (const token of model.iterateAllTokens()) {
    const { control, userDefined, unknown } = model.getTokenAttributes(token);
    if (!control && !userDefined && !unknown) continue;
    const text = model.detokenize([token], true);
    if (text === "") continue;
    (userDefined ? definedTexts : specialTexts).push(text);
    if (endsReply(model, token)) endTexts.push(text);
  }
  return { specialTexts, definedTexts, endTexts };
}

/** Native threads log through a queue of their own: what explains a failure comes after it. */
const logDelayMs = 50;
/** On a machine that is busy with something else. */
const logDelayMaxMs = 2_000;

/** What a damaged file calls its keys and tensors must not steer a terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, "?");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
