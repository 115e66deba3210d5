import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { join, resolve } from "node:path";

/** A llama-server of bench/servers/build-llama-server.ts, on a free port of this machine. */
export class RunningServer {
  readonly #child: ChildProcess;
  readonly #port: number;
  /** What it answered while its model was being loaded; null: nobody came in time. */
  readonly whileLoading: Buffer | null;

  private constructor(child: ChildProcess, port: number, whileLoading: Buffer | null) {
    this.#child = child;
    this.#port = port;
    this.whileLoading = whileLoading;
  }

  /** Started in a folder, so that paths among the arguments may be short; back once its model is loaded. */
  static async start(
    { programs, folder }: { readonly programs: string; readonly folder: string },
    args: readonly string[],
  ): Promise<RunningServer> {
    const port = await freePort();
    const address = ["--host", "127.0.0.1", "--port", String(port)];
    const program = join(resolve(programs), "llama-server");
    const child = spawn(program, [...args, ...address], { cwd: folder, stdio: "ignore" });
    for (let whileLoading: Buffer | null = null; ; ) {
      const reply = await exchange(port, "GET", "/health").catch(() => null);
      // Where it could not take the port, somebody else answers there.
      if (child.exitCode !== null)
        throw new Error(`${program} ended with ${child.exitCode}: ${args.join(" ")}`);
      if (reply?.includes(" 503 ")) whileLoading = reply;
      else if (reply !== null) return new RunningServer(child, port, whileLoading);
      await new Promise((wake) => setTimeout(wake, 2));
    }
  }

  /** As `--engine openai:` takes it. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** @returns the whole reply as it came over the connection: status, headers and the body in its chunks. */
  get(path: string): Promise<Buffer> {
    return exchange(this.#port, "GET", path);
  }

  post(path: string, body: object): Promise<Buffer> {
    return exchange(this.#port, "POST", path, JSON.stringify(body));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function exchange(port: number, method: string, path: string, body = ""): Promise<Buffer> {
  const socket = createConnection(port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  await once(socket, "close");
  return Buffer.concat(parts);
}
