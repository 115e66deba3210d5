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
  while ((await attempt(ask, begin)) === "unheard");
}

/**
 * `unheard`: it went out on a connection that was kept, and that the server was just closing (llama.cpp's does so after
 * every stream, whatever its headers say). Nobody has read it.
 */
function attempt(ask: Exchange, begin: (head: IncomingMessage) => Take): Promise<"answered" | "unheard"> {
  return new Promise((resolve, reject) => {
    ask.signal?.throwIfAborted();
    const sentMs = nowMs();
    const request = requestOf(ask);
    let isOver = false;
    /** The first end counts: what follows from it (a socket that was destroyed) is no news. */
    const over = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(silence);
      ask.signal?.removeEventListener("abort", abort);
      settle();
    };
    const fail = (error: unknown): void =>
      over(() => {
        request.destroy();
        reject(error as Error);
      });
    const guarded = (work: () => void): void => {
      try {
        if (!isOver) work();
      } catch (error) {
        fail(error);
      }
    };
    const abort = (): void => fail(ask.signal?.reason);
    const silence = setTimeout(() => fail(silent(ask)), Math.min(ask.silenceMs, longestTimerMs));
    const lost = (error: Error): void => fail(connectionFault(error, ask.asked));
    ask.signal?.addEventListener("abort", abort);
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isClosing = request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code ?? "");
      if (isClosing && nowMs() - sentMs < closingMs) over(() => resolve("unheard"));
      else lost(error);
    });
    request.on("response", (head) => {
      silence.refresh();
      head.on("error", lost);
      guarded(() => {
        const { take, end } = takerOf(head, ask.asked, begin);
        head.setEncoding("utf8");
        head.on("data", (piece: string) => {
          const atMs = nowMs();
          silence.refresh();
          guarded(() => take(piece, atMs));
        });
        head.on("end", () => {
          guarded(end);
          over(() => resolve("answered"));
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

/** Later a server has read what was sent: that it ends the connection then is a fault of its own. */
const closingMs = 1000;
/** Characters of it that are read; far fewer are told. */
const longestRefusal = 65_536;
/** Node's timers know no more. */
const longestTimerMs = 2 ** 31 - 1;
