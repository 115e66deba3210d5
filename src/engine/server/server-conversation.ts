import { ContextFullError, EngineError } from "../../errors.ts";
import { splitReply } from "../../reply/split.ts";
import { taggedContents } from "../../reply/answer-tags.ts";
import type { Conversation, EngineEvents, TurnRequest, TurnResult } from "../engine.ts";
import { faultError } from "./fault-error.ts";
import type { Manner } from "./manner.ts";
import { type CountedTurn, isCut, leastPromptTokens } from "./prompt-cuts.ts";
import type { Answer, ServerSession } from "./server-session.ts";
import { turnResult } from "./turn-result.ts";

/** A conversation behind a server: every turn sends all of it, and is held against what the turns before counted. */
export class ServerConversation implements Conversation {
  readonly #session: ServerSession;
  readonly #events: EngineEvents;
  readonly #slot: number | null;
  readonly #closed: () => void;
  #first: CountedTurn | null = null;
  #last: CountedTurn | null = null;
  #isOpening = true;

  /**
   * @param slot of the server, kept for this conversation; null: the server chooses
   * @param closed called when it is over
   */
  constructor(session: ServerSession, events: EngineEvents, slot: number | null, closed: () => void) {
    this.#session = session;
    this.#events = events;
    this.#slot = slot;
    this.#closed = closed;
  }

  close(): void {
    this.#closed();
  }

  async turn(request: TurnRequest): Promise<TurnResult> {
    if (request.given !== undefined) {
      const { isReplayed: _, isTimed: __, ...result } = request.given;
      this.#count(request, result, result.promptTokens);
      return result;
    }
    if (request.reasoningBudget !== null)
      throw new EngineError(
        "unsupported",
        "--thinking-budget: a server closes no reasoning for its model. Leave it out, or ask for a lower --reasoning-effort.",
      );
    const answer = await this.#ask(request).catch((error: unknown) => {
      throw faultError(error);
    });
    this.#refuseKeptBack(request, answer);
    this.#refuseFull(request, answer);
    this.#count(request, answer, answer.told.promptTokens);
    return turnResult(answer, this.#session.manner.reasoning);
  }

  #ask(request: TurnRequest): Promise<Answer> {
    const isOpening = this.#isOpening;
    this.#isOpening = false;
    return this.#session.ask({
      messages: request.messages,
      sampling: request.sampling,
      maxTokens: request.maxTokens,
      grammar: request.grammar ?? null,
      stop: request.stop,
      slot: this.#slot,
      isDetailed: false,
      isOpening,
      said: (text) => {
        if (request.isWatched) this.#events.said?.(request, text);
      },
    });
  }

  /** What was kept from being said says nothing of the model. */
  #refuseKeptBack({ rollout, turnIndex }: TurnRequest, answer: Answer): void {
    const { finish, stop } = answer;
    if (stop === "answer") return;
    const because = isMisread(answer, this.#session.manner) ? misread : keptBack[finish ?? ""];
    if (because === undefined) return;
    this.#events.event("kept-back", { rollout, turnIndex, finish });
    throw new EngineError("server", because);
  }

  /** A prompt that was cut, or an answer that was ended for want of room, is none that can be judged. */
  #refuseFull({ messages, maxTokens }: TurnRequest, { stop, told }: Answer): void {
    const { promptTokens, decodedTokens } = told;
    if (stop === "limit" && decodedTokens !== null && decodedTokens < maxTokens)
      throw new ContextFullError(
        `the server ended an answer at ${decodedTokens} of ${maxTokens} tokens: its context is full`,
      );
    if (promptTokens === null) return;
    const { facts, contextTokens } = this.#session.manner;
    const contextLength = contextTokens ?? facts.contextLength;
    if (contextLength !== null && promptTokens >= contextLength)
      throw new ContextFullError(
        `the prompt has ${promptTokens} tokens, and the server's context ${contextLength}`,
      );
    const least = leastPromptTokens(messages, this.#first, this.#last);
    if (isCut(promptTokens, least, messages, this.#last))
      throw new ContextFullError(
        `the server left a part of the conversation out: it counted ${promptTokens} tokens where there are at least ${least}`,
      );
  }

  /** Keeps what the next prompt is held against. */
  #count(
    { messages }: TurnRequest,
    { text, decodedTokens }: Pick<TurnResult, "text" | "decodedTokens">,
    promptTokens: number | null,
  ): void {
    if (promptTokens === null) return;
    const { reasoning } = this.#session.manner;
    const answers = [
      ...messages.filter(({ role }) => role === "assistant").map(({ content }) => content),
      text,
    ];
    const least = leastPromptTokens(messages, this.#first, this.#last);
    this.#last = {
      messages,
      answer: text,
      promptTokens,
      leastTokens: Math.max(promptTokens, least),
      keptTokens: Math.max(0, (decodedTokens ?? 0) - 1),
      hasReasoning: answers.some((one) => splitReply(one, reasoning).reasoning !== null),
    };
    this.#first ??= this.#last;
  }
}

/** Whether all of a reply came as reasoning, its answer included, though none was asked for: some servers file it there. */
function isMisread({ text, stop, isApart }: Answer, { isThinking, reasoning }: Manner): boolean {
  if (isThinking || !isApart || stop !== "eog") return false;
  return taggedContents(text).length > 0 && splitReply(text, reasoning).isOpen;
}

const misread =
  "the server took a whole reply for reasoning, its answer included, though none was asked for. Start it without its reasoning parser, or ask for --thinking on.";
const noTools =
  "the server took a reply for the call of a tool and kept its words back. Start it without a parser of tool calls.";
/** By how the server calls the end of such a reply. */
const keptBack: Readonly<Record<string, string>> = {
  content_filter: "the server's content filter kept an answer back. Turn it off, or ask another server.",
  tool_calls: noTools,
  function_call: noTools,
};
