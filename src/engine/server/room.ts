import { EngineError } from "../../errors.ts";
import type { ServerOptions } from "./options.ts";
import type { ServerSession } from "./server-session.ts";

/**
 * Ollama makes room for as many tokens as it is told, in steps so that runs of nearly one length need no new loading.
 *
 * @returns whether that is another room than before
 */
export function makeRoom(session: ServerSession, options: ServerOptions, tokensACharacter: number): boolean {
  const { manner } = session;
  if (manner.facts.api !== "ollama") return false;
  const wanted = Math.ceil(neededTokens(options, tokensACharacter) / contextStep) * contextStep;
  const contextTokens = Math.min(wanted, manner.facts.contextLength ?? wanted);
  session.manner = { ...manner, contextTokens };
  return contextTokens !== manner.contextTokens;
}

export function refuseWhatDoesNotFit(
  session: ServerSession,
  options: ServerOptions,
  tokensACharacter: number | null,
): void {
  const { contextLength, model, kind } = session.manner.facts;
  if (tokensACharacter === null || contextLength === null) return;
  const needed = neededTokens(options, tokensACharacter);
  if (needed <= contextLength) return;
  const cure = cures[kind] ?? "Give the server a longer context";
  throw new EngineError(
    "unfit",
    `${model} has a context of ${number(contextLength)} tokens, and a conversation of this run takes about ${number(needed)}, answers of ${number(options.answerTokens)} included. ${cure}, or ask for fewer --turns or a smaller --dictionary-size.`,
  );
}

/** With a little more, since later questions may take more tokens than the first. */
function neededTokens({ longestCharacters, answerTokens }: ServerOptions, tokensACharacter: number): number {
  return Math.ceil(longestCharacters * tokensACharacter * 1.05) + answerTokens;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

const cures: Readonly<Record<string, string>> = {
  "llama.cpp": "Start llama-server with a longer one (-c, which its slots share)",
  vllm: "Start vLLM with a longer --max-model-len",
  sglang: "Start SGLang with a longer --context-length",
  tgi: "Start TGI with a larger --max-total-tokens",
  "lm-studio": "Load the model with a longer context length in LM Studio",
};

/** More than any text takes that tasks ask for. */
export const guessedTokensACharacter = 0.6;
const contextStep = 1024;
