import { takesGrammar } from "../../serving/facts.ts";
import type { Conversation, Engine, EngineEvents, EngineInfo } from "../engine.ts";
import { clientOf } from "./client-of.ts";
import { faultError } from "./fault-error.ts";
import { Identity } from "./identity.ts";
import { firstManner } from "./manner.ts";
import type { ServerOptions } from "./options.ts";
import { type Pace, realPace } from "./pace.ts";
import { isLoading, withRetries } from "./retries.ts";
import { ServerConversation } from "./server-conversation.ts";
import { ServerSession } from "./server-session.ts";
import { warmUp } from "./warm-up.ts";

/**
 * A model behind a server, which knows texts and times: what it is is found out, it is warmed up, and it is asked for a
 * reply at a time.
 *
 * @param starting ends the search for it where it is aborted
 * @throws EngineError where the server cannot be asked, or not for this run; the signal's reason
 */
export async function createServerEngine(
  options: ServerOptions,
  events: EngineEvents,
  starting: AbortSignal,
  pace: Pace = realPace,
): Promise<Engine> {
  const { address, requestTimeoutMs, chat } = options;
  starting.throwIfAborted();
  const interruption = new AbortController();
  starting.addEventListener("abort", () => interruption.abort(starting.reason), { once: true });
  const client = clientOf(address, requestTimeoutMs, interruption.signal);
  const identity = new Identity(client, options, pace.nowMs);
  try {
    const { value: found } = await withRetries(() => identity.look(), {
      isFinal: (fault) => !isLoading(fault),
      failed: ({ message }, waitMs) => events.event("server-loading", { message, waitMs }),
      wait: (ms) => pace.wait(ms, interruption.signal),
    });
    const manner = firstManner(found.facts, chat);
    const session = new ServerSession(client, identity, manner, events, { wait: pace.wait, interruption });
    const info = await warmUp(session, options, found.templateText, events);
    await identity.hold();
    return new ServerEngine(session, events, info);
  } catch (error) {
    throw interruption.signal.aborted ? (interruption.signal.reason as Error) : faultError(error);
  }
}

class ServerEngine implements Engine {
  readonly isLockstep = false;
  readonly takesGrammar: boolean;
  readonly info: EngineInfo;
  readonly #session: ServerSession;
  readonly #events: EngineEvents;
  /** Whether each place for a conversation is taken. */
  readonly #taken: boolean[];

  constructor(session: ServerSession, events: EngineEvents, info: EngineInfo) {
    this.#session = session;
    this.#events = events;
    this.info = info;
    this.takesGrammar = info.server !== null && takesGrammar(info.server);
    this.#taken = Array.from({ length: info.parallel }, () => false);
  }

  open(): Conversation {
    const place = this.#taken.indexOf(false);
    if (place < 0) throw new Error("all conversations are in use");
    this.#taken[place] = true;
    const slots = this.info.server?.slots ?? 0;
    const slot = slots >= this.info.parallel ? place : null;
    return new ServerConversation(this.#session, this.#events, slot, () => {
      this.#taken[place] = false;
    });
  }

  interrupt(): void {
    this.#session.interrupt();
  }

  close(): Promise<void> {
    this.interrupt();
    return Promise.resolve();
  }
}
