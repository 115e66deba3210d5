import { describe, expect, it } from "vitest";
import { localServer, serverOf } from "../engine/server/local-server.ts";
import { type Finished, finished, longhaul, start } from "./longhaul.ts";

async function documentOf(server: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await longhaul("models", "--server", server, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("longhaul models", () => {
  it("lists what Ollama offers, by a plain URL, and how one is run", async () => {
    const origin = await serverOf("ollama");
    const { code, stdout } = await longhaul("models", "--server", origin);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `ollama:${origin} (ollama)`,
      "",
      "model            parameters  quant  context  loaded  digest",
      "llama3.2:latest        8.0B  Q4_0     4,096  yes     fe938a131f40",
      "codellama:13b           13B  Q4_0            no      9f438cb9cd58",
      "",
      `longhaul run --engine ollama:${origin} llama3.2:latest`,
      "",
    ]);
  });

  it("finds chat completions behind a plain URL, and behind one with its path", async () => {
    const origin = await serverOf("llama-cpp");
    const expected = {
      $schema: "longhaul:models-served/1",
      schemaVersion: 1,
      server: `openai:${origin}/v1`,
      isRemote: false,
      kind: "llama.cpp",
      models: [
        {
          id: "../models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
          digest: null,
          parameters: "8.03B",
          quantization: null,
          contextLength: 1024,
          isLoaded: true,
        },
      ],
    };
    for (const server of [`${origin}/`, `openai:${origin}/v1`])
      expect(await documentOf(server)).toEqual(expected);
  });

  it("tells of each kind what is told, and null for the rest", async () => {
    const found = await Promise.all(
      ["lm-studio", "tgi"].map(async (kind) => documentOf(await serverOf(kind))),
    );
    expect(found.map(({ kind, models }) => [kind, (models as unknown[])[0]])).toEqual([
      [
        "lm-studio",
        offered({ id: "qwen2-vl-7b-instruct", quantization: "4bit", contextLength: 32768, isLoaded: false }),
      ],
      [
        "tgi",
        offered({
          id: "mistralai/Ministral-8B-Instruct-2410",
          digest: "4847e87e5975a573a2a190399ca62cd266c899ad",
          contextLength: 32768,
          isLoaded: true,
        }),
      ],
    ]);
  });

  it("shows names of strangers without obeying them", async () => {
    const origin = await serverOf("jan", { "GET /v1/models": { data: [{ id: "a\u001b[2Jb" }] } });
    const { stdout } = await longhaul("models", "--server", origin);
    expect(stdout).toContain("a\\u001b[2Jb");
    expect(stdout).not.toContain("\u001b[2J");
  });

  it("says where nothing is told", async () => {
    const origin = await serverOf("jan", { "GET /v1/models": { data: [] } });
    const { code, stdout } = await longhaul("models", "--server", origin);
    expect(stdout).toBe(`openai:${origin}/v1 (unknown kind): no models\n`);
    expect(code).toBe(0);
  });
});

describe("a server that cannot be asked", () => {
  it("ends with one sentence and exit code 1", async () => {
    const failed = async (server: string): Promise<string> => {
      const { code, stdout, stderr } = await longhaul("models", "--server", server);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).not.toMatch(/\n./);
      return stderr;
    };
    expect(await failed("http://127.0.0.1:9")).toBe(
      "longhaul: http://127.0.0.1:9 refused the connection: is the server running?\n",
    );
    const page = await localServer((_, response) => response.writeHead(500).end("<html>\u001b[2J"));
    expect(await failed(page)).toBe(`longhaul: ${page} answered 500 to /v1/models: <html>\\u001b[2J\n`);
    expect(await failed(`ollama:${await serverOf("jan")}`)).toMatch(
      /does not answer as Ollama does\. Other servers are named as openai:URL/,
    );
  });

  it("gets the key, which stands in nothing that is printed", async () => {
    const asked = (origin: string): Promise<Finished> =>
      finished(start(["models", "--server", origin], { LONGHAUL_API_KEY: "sk-secret-12345" }));
    const closed = await localServer(({ headers }, response) => {
      response.writeHead(401).end(`{"error":"wrong: ${headers.authorization}"}`);
    });
    const { code, stdout, stderr } = await asked(closed);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/wrong: Bearer \[key\] \(the key of LONGHAUL_API_KEY was sent\)/);
    const remote = await asked("http://192.0.2.7:8080/v1");
    expect(remote.code).toBe(1);
    expect(remote.stderr).toMatch(/LONGHAUL_API_KEY is not sent to 192\.0\.2\.7 without encryption/);
    expect(stderr + remote.stderr).not.toContain("sk-secret");
  });
});

describe("a user's mistake", () => {
  it.each([
    [["a", "--server", "http://localhost"], /a: no folder is looked into with --server\. Leave one out/],
    [["--server", ""], /--server is empty/],
    [
      ["--server", "localhost:8080"],
      /--server localhost:8080: is no address\. Write it as http:\/\/127\.0\.0\.1:8080$/m,
    ],
    [
      ["--server", "http://me:secret@localhost"],
      /localhost: holds a name or a password.*Use LONGHAUL_API_KEY/,
    ],
  ])("like %j is one message and exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await longhaul("models", ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("secret");
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("is helped by examples", async () => {
    const { code, stdout } = await longhaul("models", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Examples:");
  });
});

function offered(told: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const untold = { digest: null, parameters: null, quantization: null, contextLength: null, isLoaded: null };
  return { ...untold, ...told };
}
