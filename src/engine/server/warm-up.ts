import { nowMs } from "../../clock.ts";
import { ContextFullError, EngineError } from "../../errors.ts";
import type { EngineEvents, EngineInfo } from "../engine.ts";
import { describeServer } from "./describe-server.ts";
import { unsentOf } from "./dialects.ts";
import { ServerFault } from "./fault.ts";
import { faultError } from "./fault-error.ts";
import { toldSampling } from "./known/told-sampling.ts";
import { type KnownReasoning, knownReasoning } from "./known-reasoning.ts";
import type { ServerOptions } from "./options.ts";
import { refusedParameters, saysNoSystemRole } from "./refusals.ts";
import type { Answer, ServerSession } from "./server-session.ts";

/**
 * Sends the run's first messages once, unmeasured, so that the model is loaded and what the server takes is known: a
 * parameter or a role that it refuses is left out from then on.
 *
 * @returns what the run stores of its server
 * @throws EngineError where it does not answer, or where the run has no room in its context
 */
export async function warmUp(
  session: ServerSession,
  options: ServerOptions,
  templateText: string | null,
  events: EngineEvents,
): Promise<EngineInfo> {
  makeRoom(session, options, guessedTokensACharacter);
  const startMs = nowMs();
  const answer = await learn(session, options, events);
  const characters = options.firstMessages.reduce((sum, { content }) => sum + content.length, 0);
  const { promptTokens } = answer.told;
  const tokensACharacter = promptTokens === null ? null : promptTokens / Math.max(1, characters);
  const known = takeWhatWasTold(session, options, answer, templateText);
  events.event("server-warm-up", {
    ms: nowMs() - startMs,
    loadMs: answer.told.loadMs,
    requests: answer.requests,
    characters,
    promptTokens,
    tokensACharacter,
    unsent: session.manner.facts.unsent,
    isSystemJoined: session.manner.isSystemJoined,
  });
  refuseWhatDoesNotFit(session, options, tokensACharacter);
  // The server loads the model anew for another context; that is no part of the first turn.
  if (tokensACharacter !== null && makeRoom(session, options, tokensACharacter)) {
    const { told } = await learn(session, options, events);
    events.event("server-room", { tokens: session.manner.contextTokens, loadMs: told.loadMs });
  }
  return describeServer(session.manner, options, templateText, known);
}

/** Asks until the server takes it. */
async function learn(session: ServerSession, options: ServerOptions, events: EngineEvents): Promise<Answer> {
  for (;;)
    try {
      return await session.ask({
        messages: options.firstMessages,
        sampling: { ...options.sampling, seed: 0 },
        maxTokens: 1,
        grammar: null,
        stop: "eog",
        slot: null,
        isDetailed: true,
        isOpening: false,
      });
    } catch (error) {
      if (!(error instanceof ServerFault) || !adapt(session, options, error, events)) throw startError(error);
    }
}

/** @returns whether something was left out for which the request was refused */
function adapt(
  session: ServerSession,
  options: ServerOptions,
  fault: ServerFault,
  events: EngineEvents,
): boolean {
  const { manner } = session;
  const { said, status } = fault;
  const hasSystem = options.firstMessages[0]?.role === "system";
  if (hasSystem && !manner.isSystemJoined && saysNoSystemRole(said)) {
    session.manner = { ...manner, isSystemJoined: true };
    events.event("server-system-role", { said });
    return true;
  }
  if (status !== 400 && status !== 422) return false;
  const left = refusedParameters(said, optionalParameters).filter((name) => !manner.refused.has(name));
  if (left.length === 0) return false;
  session.manner = { ...manner, refused: new Set([...manner.refused, ...left]) };
  events.event("server-parameters", { refused: left, said });
  return true;
}

function startError(error: unknown): unknown {
  const meant = faultError(error);
  return meant instanceof ContextFullError ? new EngineError("unfit", meant.message) : meant;
}

/** @returns how the model reasons, in the mode that is asked for */
function takeWhatWasTold(
  session: ServerSession,
  { sampling, chat }: ServerOptions,
  { told, isApart, text }: Answer,
  templateText: string | null,
): KnownReasoning {
  const { facts, refused } = session.manner;
  const hasReasoned = isApart || text.startsWith("<think");
  // llama.cpp reads the marks of reasoning out of what is said, unless it is started otherwise.
  const format = told.sampling?.["reasoning_format"] ?? "none";
  const known = knownReasoning(templateText, chat, { isApart: isApart || format !== "none", hasReasoned });
  session.manner = {
    ...session.manner,
    reasoning: known.reasoning,
    mayBeOpened: templateText === null && known.reasoning === null,
    facts: {
      ...facts,
      unsent: unsentOf(facts, { ...sampling, seed: 0 }, refused),
      told: told.sampling === null ? facts.told : toldSampling(told.sampling),
      tellsPrompt: told.promptTokens !== null,
    },
  };
  return known;
}

/**
 * Ollama makes room for as many tokens as it is told, in steps so that runs of nearly one length need no new loading.
 *
 * @returns whether that is another room than before
 */
function makeRoom(session: ServerSession, options: ServerOptions, tokensACharacter: number): boolean {
  const { manner } = session;
  if (manner.facts.api !== "ollama") return false;
  const wanted = Math.ceil(neededTokens(options, tokensACharacter) / contextStep) * contextStep;
  const contextTokens = Math.min(wanted, manner.facts.contextLength ?? wanted);
  session.manner = { ...manner, contextTokens };
  return contextTokens !== manner.contextTokens;
}

function refuseWhatDoesNotFit(
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
const guessedTokensACharacter = 0.6;
const contextStep = 1024;

/** What a request can do without. */
const optionalParameters: readonly string[] = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "typical_p",
  "repeat_penalty",
  "repetition_penalty",
  "presence_penalty",
  "frequency_penalty",
  "seed",
  "max_tokens",
  "stream_options",
];
