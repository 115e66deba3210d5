import { nowMs, timestamp } from "../../clock.ts";
import { EngineError, InterruptedError } from "../../errors.ts";
import type { EngineEvents } from "../engine.ts";
import { type ChatRequest, httpRequest } from "./chat-request.ts";
import type { ServerClient } from "./client.ts";
import { ServerFault } from "./fault.ts";
import type { Identity } from "./identity.ts";
import type { Manner } from "./manner.ts";
import type { Pace } from "./pace.ts";
import { saysContextIsFull, saysTemplateFails } from "./refusals.ts";
import { ReplyInProgress, type ServerReply } from "./reply-in-progress.ts";
import { withRetries } from "./retries.ts";

export interface Question extends ChatRequest {
  readonly stop: "answer" | "eog";
  /** Whether a conversation begins with it. */
  readonly isOpening: boolean;
  /** Called with each new piece of the text. */
  readonly said?: (text: string) => void;
}

export interface Answer extends ServerReply {
  readonly startedAt: string;
  /** That were sent until it was there. */
  readonly requests: number;
}

/** Asks one server for replies, again where that may help, until it is interrupted. */
export class ServerSession {
  manner: Manner;
  readonly #identity: Identity;
  readonly #client: Pick<ServerClient, "stream">;
  readonly #events: EngineEvents;
  readonly #wait: Pace["wait"];
  readonly #interruption: AbortController;

  constructor(
    client: Pick<ServerClient, "stream">,
    identity: Identity,
    manner: Manner,
    events: EngineEvents,
    how: { readonly wait: Pace["wait"]; readonly interruption: AbortController },
  ) {
    this.#client = client;
    this.#identity = identity;
    this.manner = manner;
    this.#events = events;
    this.#wait = how.wait;
    this.#interruption = how.interruption;
  }

  interrupt(): void {
    this.#interruption.abort(new InterruptedError());
  }

  /** @throws ServerFault, EngineError, InterruptedError */
  async ask(question: Question): Promise<Answer> {
    const { signal } = this.#interruption;
    try {
      const { value, requests } = await withRetries(() => this.#attempt(question, signal), {
        isFinal: ({ said }) => saysContextIsFull(said) || saysTemplateFails(said),
        failed: (fault, waitMs) => this.#failed(fault, waitMs),
        wait: (ms) => this.#wait(ms, signal),
      });
      return { ...value, requests };
    } catch (error) {
      throw signal.aborted ? new InterruptedError() : error;
    }
  }

  async #attempt(question: Question, interruption: AbortSignal): Promise<Omit<Answer, "requests">> {
    interruption.throwIfAborted();
    await this.#identity.confirm(question.isOpening);
    const { path, body, format, read } = httpRequest(this.manner, question);
    const enough = new AbortController();
    const startedAt = timestamp();
    const reply = this.#replyTo(question);
    const onData = (data: string, atMs: number): void => {
      this.#events.worked?.();
      const event = read(data);
      const text = event === null ? "" : reply.push(event, atMs);
      if (text !== "") question.said?.(text);
      if (reply.characters > mostCharacters + charactersAToken * question.maxTokens) throw endless(question);
      // Some leave the connection open behind their last words.
      const isLast = event === null || (format === "lines" && event.finish !== null);
      if (isLast || reply.isComplete) enough.abort();
    };
    const signal = AbortSignal.any([interruption, enough.signal]);
    try {
      await this.#client.stream(path, body, format, onData, signal);
    } catch (error) {
      if (interruption.aborted || !enough.signal.aborted) throw error;
    }
    const whole = reply.end();
    // A model that its prompt makes reason ends that in every reply.
    if (whole.finish === "stop" && !whole.wasOpened) this.manner = { ...this.manner, mayBeOpened: false };
    this.#identity.recognise(whole.told);
    await this.#identity.confirm(false);
    return { ...whole, startedAt };
  }

  #replyTo({ stop }: Question): ReplyInProgress {
    const { reasoning, mayBeOpened } = this.manner;
    return new ReplyInProgress(stop, reasoning, nowMs(), mayBeOpened);
  }

  #failed(fault: ServerFault, waitMs: number): void {
    const { cause, status, message } = fault;
    this.#events.event("server-retry", { cause, status, waitMs, message });
    if (cause !== "status" && cause !== "malformed") this.#identity.suspect();
  }
}

function endless({ maxTokens }: Question): EngineError {
  return new EngineError(
    "server",
    `the server does not end a reply that was to have ${maxTokens} tokens at most: it takes no limit`,
  );
}

/** What no reply reaches that keeps its limit, whatever its tokens are. */
const mostCharacters = 16_384;
const charactersAToken = 128;
