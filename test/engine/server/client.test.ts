import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ServerClient, type StreamFormat } from "../../../src/engine/server/client.ts";
import { ServerFault } from "../../../src/engine/server/fault.ts";
import { type Answer, localServer } from "./local-server.ts";

const never = new AbortController().signal;

function clientAt(
  url: string,
  how: { requestTimeoutMs?: number; apiKey?: string | null } = {},
): ServerClient {
  return new ServerClient(
    { api: "openai", url },
    { requestTimeoutMs: 10_000, apiKey: null, signal: null, ...how },
  );
}

async function faultOf(work: Promise<unknown>): Promise<ServerFault> {
  const error = await work.then(() => null).catch((thrown: unknown) => thrown);
  if (error instanceof ServerFault) return error;
  throw new Error(`no fault of a server: ${String(error)}`);
}

async function streamed(answer: Answer, format: StreamFormat = "sse"): Promise<string[]> {
  const data: string[] = [];
  const client = clientAt(await localServer(answer));
  await client.stream("chat", { n: 1 }, format, (one) => data.push(one), never);
  return data;
}

/** For the end of a connection, as the server sees it. */
function closing(): { closed: Promise<void>; watch: (response: ServerResponse) => void } {
  let watch: (response: ServerResponse) => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    watch = (response) => void response.once("close", resolve);
  });
  return { closed, watch };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a request", () => {
  it("takes a path with a slash from the origin, any other from the address", async () => {
    const asked: unknown[] = [];
    const origin = await localServer(({ method, url, headers }, response, body) => {
      asked.push([method, url, headers.authorization, body]);
      response.end("{}");
    });
    const client = clientAt(`${origin}/deep/v1`, { apiKey: "k-1" });
    await client.get("models");
    await client.get("/props");
    await client.post("chat", { text: "ü" });
    expect(asked).toEqual([
      ["GET", "/deep/v1/models", "Bearer k-1", ""],
      ["GET", "/props", "Bearer k-1", ""],
      ["POST", "/deep/v1/chat", "Bearer k-1", '{"text":"ü"}'],
    ]);
  });
});

describe("a connection", () => {
  /** Answers a whole request at once and closes, as llama.cpp's server does behind a stream. */
  async function closingServer(answer: string): Promise<{ url: string; requests: () => number }> {
    let requests = 0;
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        requests++;
        socket.end(answer);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
  }

  it("serves one request, so that none is lost where the server was just closing it", async () => {
    const head = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nTransfer-Encoding: chunked\r\n\r\n";
    const { url, requests } = await closingServer(`${head}2\r\n{}\r\n0\r\n\r\n`);
    const client = clientAt(url);
    for (let index = 0; index < 20; index++) await expect(client.post("chat", {})).resolves.toEqual({});
    expect(requests()).toBe(20);
  });

  it("that ends without an answer is a reset, and nothing is sent anew unasked", async () => {
    const { url, requests } = await closingServer("");
    expect((await faultOf(clientAt(url).post("chat", {}))).cause).toBe("reset");
    expect(requests()).toBe(1);
  });
});

describe("a connection that is kept", () => {
  /** Answers a whole request at once and closes, as llama.cpp's server does behind a stream. */
  async function closingServer(answer: string): Promise<{ url: string; requests: () => number }> {
    let requests = 0;
    const server = createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        requests++;
        socket.end(answer);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
  }

  it("and is just being closed costs no request: it is sent anew, once", async () => {
    const head = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nTransfer-Encoding: chunked\r\n\r\n";
    const { url, requests } = await closingServer(`${head}2\r\n{}\r\n0\r\n\r\n`);
    const client = clientAt(url);
    for (let index = 0; index < 20; index++) await expect(client.post("chat", {})).resolves.toEqual({});
    expect(requests()).toBe(20);
  });

  it("is not what is lost where a new one ends without an answer", async () => {
    const { url, requests } = await closingServer("");
    expect((await faultOf(clientAt(url).post("chat", {}))).cause).toBe("reset");
    expect(requests()).toBe(1);
  });
});

describe("a stream", () => {
  it("hands on events, each with the time its piece came, also a last one that nothing follows", async () => {
    const times: number[] = [];
    const data: string[] = [];
    const origin = await localServer((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": comment\n\ndata: one\n\nda");
      setTimeout(() => response.end("ta: two\ndata: more\n\ndata: [DONE]"), 30);
    });
    const onData = (one: string, atMs: number): void => {
      data.push(one);
      times.push(atMs);
    };
    await clientAt(origin).stream("chat", {}, "sse", onData, never);
    expect(data).toEqual(["one", "two\nmore", "[DONE]"]);
    expect(times[1]).toBeGreaterThan(times[0] ?? Number.NaN);
    expect(times[2]).toBe(times[1]);
  });

  it("hands on lines, and characters that came in two pieces", async () => {
    const bytes = Buffer.from('{"a":"é"}\r\n\n{"b":2}');
    const lines = await streamed((_, response) => {
      response.write(bytes.subarray(0, 7));
      setTimeout(() => response.end(bytes.subarray(7)), 20);
    }, "lines");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ a: "é" }, { b: 2 }]);
  });

  it.each([
    ["application/json; charset=utf-8", '{"error":"no such model"}'],
    ["text/html", "<html>\n<body>Welcome</body>"],
    ["text/event-stream", "no such model"],
    ["text/plain", ""],
  ])("is a fault where a document comes instead, with what it says: %s", async (type, body) => {
    const fault = await faultOf(
      streamed((_, response) => {
        response.writeHead(200, { "content-type": type });
        response.end(body);
      }),
    );
    expect(fault).toMatchObject({ cause: "malformed", said: body.replace("\n", " ") });
    expect(fault.message).toContain("no events");
  });

  it("is known by its events, whatever they are said to be", async () => {
    const events = await streamed((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end("data: one\n\ndata: two");
    });
    expect(events).toEqual(["one", "two"]);
  });

  it("ends with what the taker throws, and closes the connection", async () => {
    const { closed, watch } = closing();
    const origin = await localServer((_, response) => {
      watch(response);
      response.write("data: one\n\n");
    });
    const full = (): never => {
      throw new Error("full");
    };
    await expect(clientAt(origin).stream("chat", {}, "sse", full, never)).rejects.toThrow("full");
    await closed;
  });

  it("is aborted by its signal, which closes the connection, before an answer and in it", async () => {
    for (const isBegun of [false, true]) {
      const controller = new AbortController();
      const { closed, watch } = closing();
      const origin = await localServer((_, response) => {
        watch(response);
        if (isBegun) response.write("data: one\n\n");
        else controller.abort(new Error("enough"));
      });
      const work = clientAt(origin).stream(
        "chat",
        {},
        "sse",
        () => controller.abort(new Error("enough")),
        controller.signal,
      );
      await expect(work).rejects.toThrow("enough");
      await closed;
    }
    const early = clientAt("http://127.0.0.1:9").stream(
      "chat",
      {},
      "sse",
      () => undefined,
      AbortSignal.abort(),
    );
    await expect(early).rejects.toThrow(/abort/i);
  });

  it("is a reset where the connection ends in it", async () => {
    const fault = await faultOf(
      streamed((_, response) => {
        response.write("data: one\n\n");
        setTimeout(() => response.destroy(), 20);
      }),
    );
    expect(fault.cause).toBe("reset");
    expect(fault.message).toMatch(/ended the connection before its answer was complete/);
  });

  it("is limited to 16 MB for one event, whatever the format", { timeout: 30_000 }, async () => {
    const piece = "x".repeat(1024 * 1024);
    for (const format of ["sse", "lines"] as const) {
      const work = streamed((_, response) => {
        response.write("data: ");
        for (let index = 0; index < 18; index++) response.write(piece);
      }, format);
      expect(await faultOf(work)).toMatchObject({ cause: "malformed" });
    }
  });

  it("hands on nothing behind an abort, also of what came in one piece", async () => {
    const controller = new AbortController();
    const data: string[] = [];
    const origin = await localServer((_, response) => response.end("data: one\n\ndata: two\n\n"));
    const onData = (one: string): void => {
      data.push(one);
      controller.abort(new Error("enough"));
    };
    const work = clientAt(origin).stream("chat", {}, "sse", onData, controller.signal);
    await expect(work).rejects.toThrow("enough");
    expect(data).toEqual(["one"]);
  });
});

describe("silence", () => {
  const timers = { toFake: ["setTimeout", "clearTimeout"] as ("setTimeout" | "clearTimeout")[] };

  it("may last longer than any other limit, before the first header", async () => {
    vi.useFakeTimers(timers);
    const origin = await localServer((_, response) => {
      vi.advanceTimersByTime(590_000);
      response.write('{"a":');
      // The byte that came begins the wait anew.
      setImmediate(() => setImmediate(() => response.end("1}")));
    });
    await expect(clientAt(origin, { requestTimeoutMs: 600_000 }).get("a")).resolves.toEqual({ a: 1 });
  });

  it("is a fault when it lasts too long, at the beginning and between two pieces", async () => {
    vi.useFakeTimers(timers);
    for (const isBegun of [false, true]) {
      const origin = await localServer((_, response) => {
        if (isBegun) response.write("data: one\n\n");
        else vi.advanceTimersByTime(600_001);
      });
      const onData = (): void => void setImmediate(() => vi.advanceTimersByTime(600_001));
      const client = clientAt(origin, { requestTimeoutMs: 600_000 });
      const fault = await faultOf(client.stream("chat", {}, "sse", onData, never));
      expect(fault.cause).toBe("timeout");
      expect(fault.message).toBe(`${origin} sent nothing for 600 s.`);
    }
  });
});

describe("a fault", () => {
  it("is told where nobody listens, with what to do", async () => {
    const fault = await faultOf(clientAt("http://127.0.0.1:9/v1").get("models"));
    expect(fault.cause).toBe("refused");
    expect(fault.message).toBe("http://127.0.0.1:9 refused the connection: is the server running?");
  });

  it("names where a server leads, and follows nowhere", async () => {
    const seen: unknown[] = [];
    const origin = await localServer(({ url }, response) => {
      seen.push(url);
      response.writeHead(307, { location: "https://other.example/v1/chat" });
      response.end();
    });
    const fault = await faultOf(clientAt(origin).post("chat", {}));
    expect(fault).toMatchObject({ cause: "redirect", status: 307 });
    expect(fault.message).toContain("https://other.example/v1/chat");
    expect(seen).toEqual(["/chat"]);
  });

  it.each([
    ['{"error":{"message":"model not found","code":404}}', "model not found"],
    ['{"error":"model not found"}', "model not found"],
    ['{"detail":"model not found"}', "model not found"],
    ["model\u001b[2J\nnot found", "model\\u001b[2J not found"],
  ])("says what a refusal says: %s", async (body, words) => {
    const origin = await localServer((_, response) => response.writeHead(404).end(body));
    const fault = await faultOf(clientAt(origin).get("models"));
    expect(fault).toMatchObject({ cause: "status", status: 404, retryAfterMs: null });
    expect(fault.message).toBe(`${origin} answered 404 to /models: ${words}`);
    expect(fault.said).not.toMatch(/[\u0000-\u001f]/);
  });

  it("keeps how long it shall wait, in seconds or until a date", async () => {
    const waits: (number | null)[] = [];
    const until = new Date(new Date().getTime() + 3_600_000).toUTCString();
    for (const given of ["7", until, "soon"]) {
      const origin = await localServer((_, response) =>
        response.writeHead(429, { "retry-after": given }).end(),
      );
      waits.push((await faultOf(clientAt(origin).get("a"))).retryAfterMs);
    }
    expect(waits[0]).toBe(7000);
    expect(waits[1]).toBeGreaterThan(3_500_000);
    expect(waits[2]).toBeNull();
  });

  it("is cut, however much is said, and however long it goes on", async () => {
    const origin = await localServer((_, response) => {
      response.writeHead(500);
      const more = (): void => void (response.destroyed || response.write("long ".repeat(5000), more));
      more();
    });
    const fault = await faultOf(clientAt(origin).get("a"));
    expect(fault).toMatchObject({ cause: "status", status: 500 });
    expect(fault.said).toHaveLength(2000);
    expect(fault.message.length).toBeLessThan(700);
  });

  it.each([
    ["no JSON", "<html>"],
    ["nothing", ""],
  ])("is told where a document is %s", async (what, body) => {
    const origin = await localServer((_, response) => response.end(body));
    const fault = await faultOf(clientAt(origin).get("models"));
    expect(fault.cause).toBe("malformed");
    expect(fault.message).toContain(`sent ${what} for /models`);
  });

  it("is told where a document is larger than 64 MB", { timeout: 30_000 }, async () => {
    const piece = "x".repeat(1024 * 1024);
    const origin = await localServer((_, response) => {
      const more = (): void => void (response.destroyed || response.write(piece, more));
      more();
    });
    expect((await faultOf(clientAt(origin).get("a"))).message).toMatch(/sent more than 64 MB/);
  });

  it("is told where no HTTP is spoken, and where no https is", async () => {
    const server = createTcpServer((socket) => void socket.on("error", () => undefined).end("220 mail\r\n"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    expect(await faultOf(clientAt(`http://127.0.0.1:${port}`).get("a"))).toMatchObject({
      cause: "malformed",
    });
    const secure = await faultOf(clientAt(`https://127.0.0.1:${port}`).get("a"));
    expect(secure.message).toMatch(/does not speak https/);
    server.close();
  });
});
