import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach } from "vitest";

/** What a server is asked, with its body. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server on this machine that goes with the test; its origin. */
export async function localServer(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => answer(request, response, body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server of a kind, as its documentation has it. What is given replaces an answer; null takes it away. */
export function serverOf(kind: string, other: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const file = join(import.meta.dirname, "fixtures", "answers", `${kind}.json`);
  const answers = { ...(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>), ...other };
  return localServer(({ method, url }, response) => {
    const answer = answers[`${method} ${url}`] ?? answers["*"] ?? null;
    response.writeHead(answer === null ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: { message: "File Not Found", code: 404 } }));
  });
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});
