import { Agent as HttpAgent, type RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createParser } from "eventsource-parser";
import type { ServerAddress } from "../../serving/address.ts";
import { withoutKey } from "./api-key.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { type AskedFor, malformedFault } from "./fault.ts";
import { lookupOfLoopback, refuseOpenKey } from "./loopback.ts";

/** How data comes: as server-sent events, or as a line each. */
export type StreamFormat = "sse" | "lines";
export type OnData = (data: string, atMs: number) => void;

/** Asks one server. Paths that begin with a slash are taken from its origin, all others from its address. */
export class ServerClient {
  readonly #url: string;
  readonly #origin: string;
  readonly #requestTimeoutMs: number;
  readonly #apiKey: string | null;
  readonly #signal: AbortSignal | null;
  /** The key, unless it is a word that stands for none ("ollama", "none") and may be meant where it is said. */
  readonly #secret: string | null;
  readonly #options: RequestOptions;

  constructor(
    { url }: ServerAddress,
    how: { requestTimeoutMs: number; apiKey: string | null; signal: AbortSignal | null },
  ) {
    this.#signal = how.signal;
    this.#url = url;
    this.#origin = new URL(url).origin;
    this.#requestTimeoutMs = how.requestTimeoutMs;
    this.#apiKey = how.apiKey;
    this.#secret = how.apiKey !== null && how.apiKey.length > longestWord ? how.apiKey : null;
    const isEncrypted = url.startsWith("https:");
    this.#options = {
      // Each request has a connection of its own: llama.cpp's server closes one behind a stream although its headers say
      // that it is kept, and what was then sent on it could as well have been read and lost.
      agent: isEncrypted
        ? new HttpsAgent({ keepAlive: false, rejectUnauthorized: true })
        : new HttpAgent({ keepAlive: false }),
      ...(how.apiKey !== null && !isEncrypted && { lookup: lookupOfLoopback }),
    };
  }

  /** @throws ServerFault */
  get(path: string, silenceMs = this.#requestTimeoutMs): Promise<unknown> {
    return this.#document({ path, silenceMs, body: null });
  }

  /** @throws ServerFault */
  post(path: string, body: unknown, silenceMs = this.#requestTimeoutMs): Promise<unknown> {
    return this.#document({ path, silenceMs, body });
  }

  /**
   * Sends a body and hands on each piece of data with the time it came, read before anything is done with it. What
   * `onData` throws ends the request; nothing is handed on after an abort.
   *
   * @throws ServerFault; the signal's reason where it is aborted, which closes the connection
   */
  async stream(
    path: string,
    body: unknown,
    format: StreamFormat,
    onData: OnData,
    signal: AbortSignal,
  ): Promise<void> {
    const ask = this.#ask({ path, body, signal, silenceMs: this.#requestTimeoutMs });
    const hand: OnData = (data, atMs) => {
      // A server that sends its request's headers back must not have the key stored with a reply.
      if (!signal.aborted) onData(withoutKey(data, this.#secret), atMs);
    };
    let end = (): void => undefined;
    await exchange(ask, () => {
      const reader = readers[format](hand, ask.asked);
      end = reader.end;
      return reader.take;
    });
    end();
  }

  async #document(request: { path: string; body: unknown; silenceMs: number }): Promise<unknown> {
    const ask = this.#ask({ ...request, signal: this.#signal });
    let text = "";
    await exchange(ask, () => (piece) => {
      text += piece;
      if (text.length > longestDocument) throw malformedFault("more than 64 MB", "", ask.asked);
    });
    try {
      return JSON.parse(text);
    } catch {
      throw malformedFault(text === "" ? "nothing" : "no JSON", text, ask.asked);
    }
  }

  #ask(request: {
    readonly path: string;
    readonly body: unknown;
    readonly silenceMs: number;
    readonly signal: AbortSignal | null;
  }): Exchange {
    const { path, silenceMs, signal } = request;
    const url = path.startsWith("/") ? `${this.#origin}${path}` : `${this.#url}/${path}`;
    const body = request.body === null ? null : JSON.stringify(request.body);
    if (this.#options.lookup !== undefined) refuseOpenKey(new URL(url).hostname);
    const headers = {
      accept: "application/json, text/event-stream",
      ...(this.#apiKey !== null && { authorization: `Bearer ${this.#apiKey}` }),
      ...(body !== null && {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
    };
    const options = { ...this.#options, headers, method: body === null ? "GET" : "POST" };
    const asked = { origin: this.#origin, path: url.slice(this.#origin.length), key: this.#apiKey };
    return { url, body, silenceMs, signal, options, asked };
  }
}

interface Reader {
  readonly take: OnData;
  readonly end: () => void;
}

const readers: Readonly<Record<StreamFormat, (onData: OnData, asked: AskedFor) => Reader>> = {
  sse: (onData, asked) => {
    let atMs = 0;
    let hasEvents = false;
    // Of a server that answers with a document instead: mostly an error, or a page, under a status of success.
    let begin = "";
    const parser = createParser({
      maxBufferSize: longestEvent,
      onEvent: ({ data }) => {
        hasEvents = true;
        onData(data, atMs);
      },
      onError: ({ type }) => {
        if (type === "max-buffer-size-exceeded") throw tooLong(asked);
      },
    });
    return {
      take: (piece, pieceAtMs) => {
        atMs = pieceAtMs;
        if (!hasEvents && begin.length < longestBegin) begin += piece;
        parser.feed(piece);
      },
      end: () => {
        // A last event that no empty line follows.
        parser.feed("\n\n");
        if (!hasEvents) throw malformedFault("no events", begin, asked);
      },
    };
  },
  lines: (onData, asked) => {
    let rest = "";
    let atMs = 0;
    const tell = (line: string): void => {
      if (line.trim() !== "") onData(line, atMs);
    };
    return {
      take: (piece, pieceAtMs) => {
        atMs = pieceAtMs;
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > longestEvent) throw tooLong(asked);
        lines.forEach(tell);
      },
      end: () => tell(rest),
    };
  },
};

function tooLong(asked: AskedFor): Error {
  return malformedFault("an event of more than 16 MB", "", asked);
}

const longestDocument = 64 * 1024 * 1024;
const longestEvent = 16 * 1024 * 1024;
/** Characters. */
const longestBegin = 65_536;
/** Characters. */
const longestWord = 8;
