import type { Message } from "../engine.ts";
import type { Sampling } from "../sampling.ts";
import { samplingOf } from "./dialects.ts";
import type { Manner } from "./manner.ts";
import { serverMessages } from "./messages.ts";
import { readOllamaLine } from "./ollama-stream.ts";
import { readOpenaiEvent } from "./openai-stream.ts";
import type { StreamEvent } from "./stream-event.ts";

/** What is asked of a server for one reply. */
export interface ChatRequest {
  readonly messages: readonly Pick<Message, "role" | "content">[];
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly grammar: string | null;
  /** The server's slot for the conversation; null: it chooses. */
  readonly slot: number | null;
  /** Whether it is to tell what it sampled with, where it can. */
  readonly isDetailed: boolean;
}

export interface HttpRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly format: "sse" | "lines";
  /** Reads what comes back, a piece of data at a time; null: it tells nothing. */
  readonly read: (data: string) => StreamEvent | null;
}

/** No stop text is sent: servers cut it off and do not tell it from the model's own end. */
export function httpRequest(manner: Manner, request: ChatRequest): HttpRequest {
  return manner.facts.api === "ollama" ? ollamaRequest(manner, request) : openaiRequest(manner, request);
}

function openaiRequest(manner: Manner, request: ChatRequest): HttpRequest {
  const { facts, thinking, refused } = manner;
  const isLlama = facts.kind === "llama.cpp";
  const optional = {
    ...thinking,
    ...(request.grammar === null ? {} : { grammar: request.grammar }),
    ...(isLlama && request.slot !== null ? { id_slot: request.slot } : {}),
    ...(isLlama && request.isDetailed ? { verbose: true } : {}),
    stream_options: {
      include_usage: true,
      ...(countAlong.includes(facts.kind) ? { continuous_usage_stats: true } : {}),
    },
  };
  const limit = refused.has("max_tokens") ? "max_completion_tokens" : "max_tokens";
  return {
    path: "chat/completions",
    format: "sse",
    read: readOpenaiEvent,
    body: {
      model: facts.model,
      messages: serverMessages(request.messages, manner),
      stream: true,
      [limit]: request.maxTokens,
      ...samplingOf(facts, request.sampling, refused),
      ...Object.fromEntries(Object.entries(optional).filter(([name]) => !refused.has(name))),
    },
  };
}

/** Without `truncate` and `shift` Ollama leaves out the oldest text of what does not fit, and says nothing of it. */
function ollamaRequest(manner: Manner, { messages, sampling, maxTokens }: ChatRequest): HttpRequest {
  const { facts, thinking, refused, contextTokens } = manner;
  return {
    path: "api/chat",
    format: "lines",
    read: readOllamaLine,
    body: {
      model: facts.model,
      messages: serverMessages(messages, manner),
      stream: true,
      truncate: false,
      shift: false,
      keep_alive: "60m",
      ...thinking,
      options: {
        ...samplingOf(facts, sampling, refused),
        num_predict: maxTokens,
        num_keep: -1,
        ...(contextTokens === null ? {} : { num_ctx: contextTokens }),
      },
    },
  };
}

/** Those that count tokens with every event when they are asked to. */
const countAlong: readonly string[] = ["vllm", "sglang"];
