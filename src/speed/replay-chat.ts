import { EngineError } from "../errors.ts";
import type { Message } from "../engine/engine.ts";
import { createLlamaEngine, type LlamaEngine } from "../engine/llama/llama-engine.ts";
import { openVocabulary } from "../engine/llama/vocabulary.ts";
import { usedBy } from "../engine/llama/speed-model.ts";
import type { ConversationTurn } from "../store/speed-tests.ts";
import { pick, samplingNames, standardSettings } from "../settings/settings.ts";
import type { ChatJob, ChatResult } from "./messages.ts";

/** Whoever waits for it. */
export interface ReplayEvents {
  /** Told after each repetition. */
  readonly onStep: () => void;
  /** Told of each part of the file, and of each batch and its tokens. */
  readonly worked: (tokens?: number) => void;
}

/**
 * Evaluates a conversation again, turn by turn: at each of the user's messages everything before it is given as it stands
 * in the file, and the model answers greedily; its answer is timed and thrown away. With a cache each turn keeps what the
 * last one evaluated of the same history; without, it begins with an empty one.
 *
 * @throws EngineError
 */
export async function replayChat(job: ChatJob, { onStep, worked }: ReplayEvents): Promise<ChatResult> {
  const contextLength = await roomFor(job);
  const engine = await createLlamaEngine(
    { ...job.options, contextLength },
    {
      afterBatches: () => undefined,
      event: () => undefined,
      worked,
    },
  );
  try {
    // An opening that stands alone is shared with nobody; checks on it warm the model up.
    await engine.setPrefix([job.messages.slice(0, 1 + job.messages.findIndex(isUser))]);
    const turns: ConversationTurn[][] = [];
    for (let repetition = 0; repetition < job.repetitions; repetition++) {
      turns.push(await replayOnce(engine, job));
      onStep();
    }
    return { turns, used: usedBy(engine.info) };
  } finally {
    await engine.close();
  }
}

/** Tokens of the longest prompt, and its answer. @throws EngineError where the model was not trained for so many */
async function roomFor({ options, messages, tokens, mostTokens }: ChatJob): Promise<number> {
  const vocabulary = await openVocabulary(options.modelPath, options.gpu);
  try {
    const chat = vocabulary.chat(options.chatTemplate, options.chat);
    const prompt = messages.slice(0, 1 + messages.findLastIndex(isUser));
    const needed = chat.prompt(prompt).tokens.length + tokens;
    if (mostTokens !== null && needed > mostTokens)
      throw new EngineError(
        "unsupported",
        `the conversation takes ${needed} tokens with its answers, and the model was trained for ${mostTokens}. Shorten it, or ask for a smaller --n-gen.`,
      );
    // A prompt in the midst may be worded with a few tokens more.
    return needed + 64;
  } finally {
    await vocabulary.close();
  }
}

async function replayOnce(
  engine: LlamaEngine,
  { messages, tokens, isCached }: ChatJob,
): Promise<ConversationTurn[]> {
  const asked = messages.flatMap((message, index) => (isUser(message) ? [index] : []));
  const turns: ConversationTurn[] = [];
  let conversation = engine.open();
  for (const [turn, index] of asked.entries()) {
    if (turn > 0 && !isCached) {
      conversation.close();
      conversation = engine.open();
    }
    turns.push(await ask(conversation, messages.slice(0, index + 1), { turn, tokens }));
  }
  conversation.close();
  return turns;
}

async function ask(
  conversation: ReturnType<LlamaEngine["open"]>,
  messages: readonly Message[],
  { turn, tokens }: { readonly turn: number; readonly tokens: number },
): Promise<ConversationTurn> {
  const { promptTokens, reusedTokens, prefilledTokens, ttftMs, decodedTokens, decodeMs } =
    await conversation.turn({
      messages,
      sampling: { ...pick(standardSettings, samplingNames), seed: 1 },
      maxTokens: tokens,
      stop: "eog",
      reasoningBudget: null,
      isWatched: false,
      rollout: 0,
      turnIndex: turn,
      sample: 0,
    });
  return { promptTokens, reusedTokens, prefilledTokens, ttftMs, decodedTokens, decodeMs };
}

function isUser({ role }: Message): boolean {
  return role === "user";
}
