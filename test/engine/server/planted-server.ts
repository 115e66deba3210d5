import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sleep } from "../../../src/clock.ts";
import { sayIn, type SentMessage } from "./planted-model.ts";
import { probeAnswer } from "./planted-probes.ts";

/** What is planted in a server. */
export interface Plant {
  readonly kind: "llama.cpp" | "vllm" | "sglang" | "lm-studio" | "tgi" | "ollama" | "unknown";
  /** Whether a model answers rightly in a turn (0-based); absent: always. */
  readonly isRight?: (turn: number) => boolean;
  readonly contextLength?: number;
  /** Of its file, as it tells it; absent: none that is here. */
  readonly modelPath?: string;
  readonly slots?: number;
  /** Tokens of a prompt beyond which the oldest text is left out, without a word. */
  readonly cutAt?: number;
  readonly tokensAPiece?: number;
  readonly isCounting?: boolean;
  /** Of every prompt, as the server tells. */
  readonly cachedTokens?: number;
  /** `opened`: in the text, behind a mark that stands in the prompt. */
  readonly reasonsIn?: "reasoning_content" | "reasoning" | "text" | "opened";
  readonly thoughts?: string;
  /** Whether what it says comes as reasoning, too. */
  readonly isMisread?: boolean;
  /** Its chat template, as Ollama tells it. */
  readonly templateText?: string;
  /** What the model says behind its answer. */
  readonly behind?: string;
  /** Whether it sends back in its replies what stands in its request's headers. */
  readonly isEchoing?: boolean;
  readonly refusedParameters?: readonly string[];
  readonly hasNoSystemRole?: boolean;
  /** Between pieces. */
  readonly pieceMs?: number;
}

/** What goes wrong with one request. */
export type Mishap =
  | { readonly is: "reset"; readonly afterPieces: number }
  | { readonly is: "status"; readonly status: number; readonly body: unknown; readonly retryAfter?: string }
  | { readonly is: "malformed" | "hang" | "no end" | "full" | "stays open" | "endless" }
  /** Its end as the server calls it, behind two pieces or the whole reply. */
  | { readonly is: "end"; readonly finish: string; readonly isWhole?: boolean }
  | { readonly is: "error event"; readonly error: unknown };

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // What a test looks at in it is the test's own matter.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: Record<string, any> & { readonly messages: readonly SentMessage[] };
}

/** A server that knows the truth of sums over a dictionary from the messages alone, and fails as it is told to. */
export class PlantedServer {
  /** Chats that it was asked for, in order; the first is the warm-up. */
  readonly asked: Asked[] = [];
  /** For the next chats, one each; null: it goes well. */
  readonly mishaps: (Mishap | null)[] = [];
  model = "planted";
  digest = "d1";
  fingerprint = "b1";
  plant: Plant;
  readonly #server: Server;
  #port = 0;

  private constructor(plant: Plant) {
    this.plant = plant;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(plant: Plant): Promise<PlantedServer> {
    const planted = new PlantedServer(plant);
    await planted.listen();
    return planted;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const piece of request) text += String(piece);
    const path = request.url ?? "";
    if (path !== "/v1/chat/completions" && path !== "/api/chat") {
      const found = request.method === "GET" || path === "/api/show" ? probeAnswer(this, path) : null;
      return send(response, found === null ? 404 : 200, found ?? { error: "not found" });
    }
    const body = JSON.parse(text) as Asked["body"];
    this.asked.push({ path, headers: request.headers, body });
    await this.#chat(body, response, this.mishaps.shift() ?? null);
  }

  async #chat(body: Asked["body"], response: ServerResponse, mishap: Mishap | null): Promise<void> {
    const { kind, refusedParameters = [], hasNoSystemRole = false, pieceMs = 0 } = this.plant;
    if (mishap?.is === "hang") return;
    if (mishap?.is === "status") return send(response, mishap.status, mishap.body, mishap.retryAfter ?? null);
    const refused = refusedParameters.find((name) => name in body);
    if (refused !== undefined)
      return send(response, 400, {
        error: { message: `Unrecognized request argument supplied: ${refused}` },
      });
    if (hasNoSystemRole && body.messages[0]?.role === "system")
      return send(response, kind === "llama.cpp" ? 500 : 400, {
        error: { message: "System role not supported" },
      });
    const echo = this.plant.isEchoing === true ? ` ${JSON.stringify(this.asked.at(-1)?.headers)}` : "";
    const stream = sayIn(body, this, mishap, echo);
    response.writeHead(200, {
      "content-type": body["options"] === undefined ? "text/event-stream" : "application/x-ndjson",
    });
    for (const [index, event] of stream.entries()) {
      if (mishap?.is === "reset" && index >= mishap.afterPieces) {
        // What was written reaches the other side before the connection breaks.
        await sleep(20);
        response.destroy();
        return;
      }
      response.write(event);
      if (pieceMs > 0) await sleep(pieceMs);
      if (response.destroyed) return;
    }
    if (mishap?.is !== "stays open") response.end();
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  retryAfter: string | null = null,
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter === null ? {} : { "retry-after": retryAfter }),
  });
  response.end(JSON.stringify(body));
}
