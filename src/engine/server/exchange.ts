import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type RequestOptions,
} from "node:http";
import { request as requestHttps } from "node:https";
import { nowMs } from "../../clock.ts";
import { type AskedFor, connectionFault, ServerFault, statusFault } from "./fault.ts";

export interface Exchange {
  readonly url: string;
  readonly options: RequestOptions;
  /** Null: nothing is sent but the question. */
  readonly body: string | null;
  /** Without a byte for so long, before the first as between two, the server counts as lost. */
  readonly silenceMs: number;
  readonly signal: AbortSignal | null;
  readonly asked: AskedFor;
}

/** Takes a piece of a body as it comes, with the time it came. */
type Take = (piece: string, atMs: number) => void;

/**
 * One request and its answer. No redirect is followed, and there is no limit of time but the silence.
 *
 * @param begin is called at an answer of success, for whoever takes its body
 * @throws ServerFault; what `begin` and what it gives throw; the signal's reason where it is aborted
 */
export async function exchange(ask: Exchange, begin: (head: IncomingMessage) => Take): Promise<void> {
  for (;;) {
    try {
      return await exchangedOnce(ask, begin);
    } catch (error) {
      // The server had closed a connection that was kept open: it never saw the request, and no fault of its is told.
      if (error !== staleConnection) throw error;
    }
  }
}

/** Of a connection that was kept from an earlier request; each is found out once, and then gone. */
const staleConnection = new Error("the connection was closed before");

function exchangedOnce(ask: Exchange, begin: (head: IncomingMessage) => Take): Promise<void> {
  return new Promise((resolve, reject) => {
    ask.signal?.throwIfAborted();
    const request = requestOf(ask);
    const silence = setTimeout(() => settle(silent(ask)), Math.min(ask.silenceMs, longestTimerMs));
    const abort = (): void => settle(ask.signal?.reason);
    /** The first one counts: what follows from it (a socket that was destroyed) is no news. */
    const settle = (error: unknown): void => {
      clearTimeout(silence);
      ask.signal?.removeEventListener("abort", abort);
      request.destroy();
      reject(error as Error);
    };
    const lost = (error: Error): void => settle(connectionFault(error, ask.asked));
    ask.signal?.addEventListener("abort", abort);
    let isAnswered = false;
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = !isAnswered && request.reusedSocket && error.code === "ECONNRESET";
      if (isStale) settle(staleConnection);
      else lost(error);
    });
    request.on("response", (head) => {
      isAnswered = true;
      silence.refresh();
      const attempt = (work: () => void): void => {
        try {
          work();
        } catch (error) {
          settle(error);
        }
      };
      head.setEncoding("utf8");
      head.on("error", lost);
      attempt(() => {
        const { take, end } = takerOf(head, ask.asked, begin);
        head.on("data", (piece: string) => {
          const atMs = nowMs();
          silence.refresh();
          attempt(() => take(piece, atMs));
        });
        head.on("end", () => {
          attempt(end);
          clearTimeout(silence);
          ask.signal?.removeEventListener("abort", abort);
          resolve();
        });
      });
    });
    request.end(ask.body ?? undefined);
  });
}

/** Node refuses at once what no header can hold. */
function requestOf({ url, options, asked }: Exchange): ClientRequest {
  try {
    return url.startsWith("https:") ? requestHttps(url, options) : requestHttp(url, options);
  } catch (error) {
    throw connectionFault(error, asked);
  }
}

/** Who takes the body: whoever asked, or, where it is no success, the fault that tells of it. */
function takerOf(
  head: IncomingMessage,
  asked: AskedFor,
  begin: (head: IncomingMessage) => Take,
): { readonly take: Take; readonly end: () => void } {
  const { statusCode: status = 0, headers } = head;
  if (status >= 200 && status < 300) return { take: begin(head), end: () => undefined };
  if (status >= 300 && status < 400) throw statusFault(status, headers, "", asked);
  let body = "";
  const end = (): void => {
    throw statusFault(status, headers, body, asked);
  };
  return {
    take: (piece) => {
      body += piece;
      if (body.length > longestRefusal) end();
    },
    end,
  };
}

function silent({ silenceMs, asked }: Exchange): ServerFault {
  return new ServerFault("timeout", `${asked.origin} sent nothing for ${silenceMs / 1000} s.`);
}

/** Characters of it that are read; far fewer are told. */
const longestRefusal = 65_536;
/** Node's timers know no more. */
const longestTimerMs = 2 ** 31 - 1;
