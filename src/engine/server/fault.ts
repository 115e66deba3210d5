import type { IncomingHttpHeaders } from "node:http";
import { wallMs } from "../../clock.ts";
import { visible } from "../../visible-text.ts";
import { withoutKey } from "./api-key.ts";

/**
 * `status`: it answered, with another status than success; `malformed`: what it sent is not what the protocol says;
 * `address`: it is not asked at all (no such host, no encryption for the key).
 */
export type FaultCause =
  | "refused"
  | "reset"
  | "timeout"
  | "status"
  | "redirect"
  | "certificate"
  | "malformed"
  | "address";

/** A server could not be asked, or did not answer as it should; never an error of the model, and never holds the key. */
export class ServerFault extends Error {
  override readonly name = "ServerFault";
  override readonly cause: FaultCause;
  readonly status: number | null;
  /** How long it asks to be left alone. */
  readonly retryAfterMs: number | null;
  /** What it answered, on one line and cut. */
  readonly said: string;

  constructor(
    cause: FaultCause,
    message: string,
    told: { readonly status?: number; readonly retryAfterMs?: number | null; readonly said?: string } = {},
  ) {
    super(message);
    this.cause = cause;
    this.status = told.status ?? null;
    this.retryAfterMs = told.retryAfterMs ?? null;
    this.said = told.said ?? "";
  }
}

/** Who was asked for what, and the key that no message may show. */
export interface AskedFor {
  readonly origin: string;
  readonly path: string;
  readonly key: string | null;
}

/** Of a connection that failed, by what Node says of it. */
export function connectionFault(error: unknown, { origin, key }: AskedFor): ServerFault {
  if (error instanceof ServerFault) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const known = causes.find(([codes]) => codes.test(code));
  if (known !== undefined) return new ServerFault(known[1], `${origin} ${known[2]}`);
  const said = onOneLine(withoutKey(message, key));
  return new ServerFault("reset", `${origin}: the connection failed (${said || code}).`, { said });
}

/** Of an answer that is no success. */
export function statusFault(
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
  asked: AskedFor,
): ServerFault {
  const said = saidIn(body, asked);
  if (status >= 300 && status < 400) {
    const place = saidIn(headers.location ?? "", asked);
    const to = place === "" ? "elsewhere" : `to ${place}`;
    return new ServerFault(
      "redirect",
      `${asked.origin} leads ${to}, and is not followed there. Name the server that answers itself.`,
      { status, said: place },
    );
  }
  const why = reasonIn(withoutKey(body, asked.key));
  const hint = hintTo(status, why, asked);
  return new ServerFault(
    "status",
    `${asked.origin} answered ${status} to ${asked.path}${why === "" ? "." : `: ${why}`}${hint}`,
    { status, retryAfterMs: retryAfterMs(headers["retry-after"]), said },
  );
}

/** Of an answer that is not what was asked for. */
export function malformedFault(what: string, body: string, asked: AskedFor): ServerFault {
  const said = saidIn(body, asked);
  const begin = said === "" ? "" : `: ${said.slice(0, 200)}`;
  return new ServerFault("malformed", `${asked.origin} sent ${what} for ${asked.path}${begin}`, { said });
}

/** What Node calls it, what that is, and the sentence behind the server's name. */
const causes: readonly (readonly [codes: RegExp, cause: FaultCause, rest: string])[] = [
  [/^ECONNREFUSED$/, "refused", "refused the connection: is the server running?"],
  [/^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, "refused", "cannot be reached from here."],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, "reset", "ended the connection before its answer was complete."],
  [/^ETIMEDOUT$/, "timeout", "did not answer to a connection."],
  [/^ENOTFOUND$/, "address", "names a host that is not known here: is it spelt right?"],
  [/^EAI_/, "address", "names a host that could not be looked up: is there a network?"],
  [
    /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/,
    "certificate",
    "shows a certificate that cannot be trusted. Name its authority's file in NODE_EXTRA_CA_CERTS.",
  ],
  [/^(EPROTO|ERR_SSL_)/, "address", "does not speak https: is it http?"],
  [/^HPE_/, "malformed", "did not answer in HTTP: is it another kind of server?"],
  [
    /^ERR_INVALID_CHAR$/,
    "address",
    "is not asked: LONGHAUL_API_KEY holds characters that cannot be sent. Copy the key anew.",
  ],
];

/** What may be amiss with how it was asked. */
function hintTo(status: number, why: string, { key, origin }: AskedFor): string {
  if (status === 401 || status === 403)
    return key === null
      ? " (no key was sent: set LONGHAUL_API_KEY)"
      : " (the key of LONGHAUL_API_KEY was sent)";
  // Where it is the path that is not there, and not the model.
  if (status === 404 && !/model|adapter/i.test(why))
    return ` (is the address right? Chat completions mostly stand at ${origin}/v1, Ollama's own protocol at ${origin})`;
  return "";
}

/** Seconds, or a date. */
function retryAfterMs(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) ? null : Math.max(0, until - wallMs());
}

/** Before it is cut, so that no piece of the key is left. */
function saidIn(body: string, { key }: AskedFor): string {
  return onOneLine(withoutKey(body, key));
}

function onOneLine(text: string): string {
  return visible(text.replace(/\s+/g, " ").trim()).slice(0, saidCharacters);
}

/** The sentence in a body of one of the usual forms; the body itself where it is none. */
function reasonIn(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>;
    const inner = (error as Record<string, unknown> | null | undefined)?.["message"];
    const found = [inner, error, message, detail].find((one) => typeof one === "string");
    if (found !== undefined) return onOneLine(found as string);
  } catch {
    // Plain text, or a page.
  }
  return onOneLine(body).slice(0, 500);
}

const saidCharacters = 2000;
