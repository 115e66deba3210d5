import type { Chat } from "../../chat/chat.ts";
import { type Prompt, PromptMemory } from "../../chat/codec.ts";
import type { HistoryMessage, OwnAnswer } from "../../chat/message.ts";
import { EngineError } from "../../errors.ts";
import type { AgainReason, Conversation, Message, TurnRequest } from "../engine.ts";
import type { Lockstep } from "./lockstep.ts";
import type { Slot } from "./slot.ts";
import { commonLength } from "./token-ids.ts";
import type { CountedResult, Reply } from "./turn-in-progress.ts";

/** Remembers which tokens the model generated for which answer, so that its own words go back as they were. */
export class LlamaConversation implements Conversation {
  readonly #slot: Slot;
  readonly #chat: Chat;
  readonly #lockstep: Lockstep;
  readonly #onClose: () => void;
  readonly #memory = new PromptMemory();
  /** By turn: one, or as many as it had samples. */
  readonly #answers = new Map<number, OwnAnswer[]>();
  #last: LastTurn | null = null;

  constructor(slot: Slot, chat: Chat, lockstep: Lockstep, onClose: () => void) {
    this.#slot = slot;
    this.#chat = chat;
    this.#lockstep = lockstep;
    this.#onClose = onClose;
  }

  async turn(request: TurnRequest): Promise<CountedResult> {
    await this.#lockstep.recorded;
    const history = request.messages.map((message) => this.#withOwn(message));
    const prompt = this.#chat.prompt(history, this.#memory);
    const { tokens, answerForm } = prompt;
    const { given } = request;
    if (given !== undefined && given.promptTokens !== tokens.length)
      throw new EngineError(
        "changed",
        `turn ${request.turnIndex + 1} of rollout ${request.rollout}: its prompt has ${tokens.length} tokens now, and had ${given.promptTokens}`,
      );
    const againReason = this.#whyAgain(prompt, request);
    const reply = await this.#lockstep.turn(this.#slot, { tokens, answerForm, againReason }, request);
    this.#remember(request, prompt, reply);
    // What is fed back tells what it cost now, the answer what it cost then, unless that is asked for.
    return given === undefined || given.isTimed === true ? reply.result : (given as CountedResult);
  }

  close(): void {
    this.#onClose();
  }

  #withOwn({ role, content, turnIndex }: Message): HistoryMessage {
    const answers = turnIndex === undefined ? undefined : this.#answers.get(turnIndex);
    const own = answers?.find(({ text }) => text === content);
    return own === undefined ? { role, content } : { role, content, own };
  }

  #remember(request: TurnRequest, prompt: Prompt, { result, ownIds }: Reply): void {
    const { turnIndex, messages } = request;
    const { tokens, generation, generationTokens } = prompt;
    const { text, tokenIds } = result;
    const answers = this.#answers.get(turnIndex) ?? [];
    this.#answers.set(turnIndex, [...answers, { text, ids: ownIds, generation }]);
    this.#last = {
      turnIndex,
      text,
      messages,
      promptTokens: tokens.length,
      generationTokens,
      // The last token was sampled, but never evaluated. Of words that end within a token the row says why they are again.
      keptTokens: tokens.length + Math.min(ownIds?.length ?? Infinity, tokenIds.length - 1),
    };
  }

  /** Why this prompt does not go on from what the last turn left in the cache; null: it does. */
  #whyAgain({ tokens }: Prompt, { messages }: TurnRequest): AgainReason | null {
    const last = this.#last;
    if (last === null) return null;
    const shared = commonLength(this.#slot.cached, tokens);
    if (shared >= Math.min(last.keptTokens, tokens.length)) return null;
    const isSameSoFar = last.messages.every(({ content }, index) => messages[index]?.content === content);
    const answer = messages[last.messages.length];
    if (!isSameSoFar || answer?.turnIndex !== last.turnIndex) return "history";
    if (answer.content !== last.text) return "sample";
    return shared >= last.promptTokens - last.generationTokens ? "answer" : "template";
  }
}

/** What the last turn left behind. */
interface LastTurn {
  readonly turnIndex: number;
  readonly text: string;
  readonly messages: readonly Message[];
  readonly promptTokens: number;
  /** Of the prompt, behind its last message. */
  readonly generationTokens: number;
  /** Prompt and answer, as far as they can still be in the cache. */
  readonly keptTokens: number;
}
