import type { ChatOptions } from "../../chat/variables.ts";
import type { Reasoning } from "../../reply/reasoning.ts";
import type { ServerFacts } from "../../serving/facts.ts";
import { thinkingRequest } from "./thinking-request.ts";

/** How a server is talked to in a run; what is learned of it before anything is measured stands here. */
export interface Manner {
  readonly facts: ServerFacts;
  /** Whether the model is to reason, and how the server is asked for that. */
  readonly isThinking: boolean;
  readonly thinking: Readonly<Record<string, unknown>>;
  readonly pastReasoning: ChatOptions["pastReasoning"];
  /** How its model marks reasoning; null: as is usual. */
  readonly reasoning: Reasoning | null;
  /** Whether a prompt may open reasoning without anybody telling: no template is known, and no reply has shown otherwise. */
  readonly mayBeOpened: boolean;
  /** Names of parameters that it has refused. */
  readonly refused: ReadonlySet<string>;
  /** Whether the instructions open the user's first message, as where a chat template has no role for them. */
  readonly isSystemJoined: boolean;
  /** Ollama: the context that it is to make room for; null: it chooses. */
  readonly contextTokens: number | null;
}

/** @throws EngineError where the server cannot be asked for what the run asks */
export function firstManner(facts: ServerFacts, chat: ChatOptions): Manner {
  return {
    facts,
    isThinking: chat.thinking,
    thinking: thinkingRequest(facts, chat),
    pastReasoning: chat.pastReasoning,
    reasoning: null,
    mayBeOpened: false,
    refused: new Set(),
    isSystemJoined: false,
    contextTokens: null,
  };
}
