import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ServerApi } from "../../../src/serving/address.ts";
import { ServerClient } from "../../../src/engine/server/client.ts";
import { serverFactsSchema, type ServerFacts } from "../../../src/serving/facts.ts";
import { identify, otherThan } from "../../../src/engine/server/identify.ts";
import { temporaryFolder } from "../../cli/longhaul.ts";
import { localServer, serverOf } from "./local-server.ts";

const folder = temporaryFolder();

async function told(
  origin: string,
  model: string,
  api: ServerApi = "openai",
): Promise<{ facts: ServerFacts; templateText: string | null }> {
  const address = { api, url: api === "openai" ? `${origin}/v1` : origin };
  const found = await identify(
    new ServerClient(address, { requestTimeoutMs: 2000, apiKey: null, signal: null }),
    address,
    model,
  );
  expect(serverFactsSchema.parse(found.facts)).toEqual(found.facts);
  return found;
}

/** What is the same for all that have not told. */
const untold = {
  isRemote: false,
  version: null,
  digest: null,
  fileSha256: null,
  filePath: null,
  contextLength: null,
  slots: null,
  unsent: [],
  told: null,
  tellsPrompt: true,
};

describe("llama.cpp", () => {
  it("tells its build, context, slots, template and sampling, and calls its model itself", async () => {
    const { facts, templateText } = await told(await serverOf("llama-cpp"), "gpt-4");
    expect(facts).toMatchObject({
      kind: "llama.cpp",
      version: "b6500-0123abcd",
      model: "../models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
      contextLength: 1024,
      slots: 4,
      // It is written from the server's own folder, which is not known.
      filePath: null,
      isRemote: false,
    });
    expect(facts.told).toMatchObject({
      top_k: 40,
      repeat_penalty: 1,
      samplers: expect.arrayContaining(["dry"]),
    });
    expect(Object.keys(facts.told ?? {}).filter((name) => /stop|stream|grammar|^n_/.test(name))).toEqual([]);
    expect(templateText).toContain("for message in messages");
  });

  it.each([
    ["its file is told where it lies here", 0, [], true],
    ["not where a file of another size has that path", 1000, [], false],
    ["not where an adapter changes what it answers", 0, [{ id: 0, path: "a.gguf", scale: 0.5 }], false],
    ["but where an adapter is off", 0, [{ id: 0, path: "a.gguf", scale: 0 }], true],
  ])("%s", async (_, more, adapters, isTold) => {
    const path = join(folder, "model.gguf");
    writeFileSync(path, "x".repeat(5000));
    const origin = await serverOf("llama-cpp", {
      "GET /props": { default_generation_settings: { n_ctx: 512 }, model_path: path },
      "GET /v1/models": { data: [{ id: "alias", meta: { size: 4500 + more } }] },
      "GET /lora-adapters": adapters,
    });
    expect((await told(origin, "alias")).facts.filePath).toBe(isTold ? path : null);
  });

  it("tells of each model of a router what its own instance tells", async () => {
    const origin = await serverOf("llama-cpp-router");
    const { facts } = await told(origin, "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M");
    expect(facts).toMatchObject({
      kind: "llama.cpp",
      contextLength: 4096,
      model: "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M",
    });
    await expect(told(origin, "gpt-4")).rejects.toThrow(
      'does not offer "gpt-4". It offers ggml-org/gemma-3-4b-it-GGUF:Q4_K_M, ggml-org/Qwen3-8B-GGUF:Q8_0.',
    );
  });
});

describe("Ollama", () => {
  const file = "200765e1283640ffbd013184bf496e261032fa75b99498a9613be4e94d63ad52";

  it("tells version, digest, the hash of the file, the template and how long a conversation may be", async () => {
    const { facts, templateText } = await told(await serverOf("ollama"), "llama3.2", "ollama");
    expect(facts).toMatchObject({
      kind: "ollama",
      version: "0.12.6",
      model: "llama3.2:latest",
      digest: "fe938a131f40e6f6d40083c9f0f430a515233eb2edaa6d72eb85c50d64f2300e",
      fileSha256: file,
      filePath: null,
      contextLength: 8192,
      isRemote: false,
    });
    expect(templateText).toContain("ASSISTANT");
  });

  it("at its route for chat completions has the context that it chose itself", async () => {
    const facts = async (other: Readonly<Record<string, unknown>>): Promise<ServerFacts> =>
      (await told(await serverOf("ollama", other), "llama3.2")).facts;
    expect(await facts({})).toMatchObject({ kind: "ollama", contextLength: 4096 });
    const unloaded = { "GET /api/ps": { models: [] } };
    expect((await facts(unloaded)).contextLength).toBeNull();
    const chosen = { "POST /api/show": { parameters: 'stop  "x"\nnum_ctx                        2048' } };
    expect((await facts({ ...unloaded, ...chosen })).contextLength).toBe(2048);
  });

  it.each([
    ["an adapter", `FROM /b/sha256-${file}\nADAPTER /b/sha256-${"0".repeat(64)}`, "gguf", null],
    ["another format", `FROM /b/sha256-${file}`, "safetensors", null],
    [
      "another model, with a blob's name in its template",
      `FROM llama3\nTEMPLATE """\nFROM /b/sha256-${file}\n"""`,
      "gguf",
      null,
    ],
    ["a projector", `FROM C:\\b\\sha256-${file}\nFROM C:\\b\\sha256-${"0".repeat(64)}`, "gguf", file],
  ])(
    "tells the hash of its file only where that is all that answers: %s",
    async (_, modelfile, format, hash) => {
      const origin = await serverOf("ollama", { "POST /api/show": { modelfile, details: { format } } });
      expect((await told(origin, "llama3.2", "ollama")).facts.fileSha256).toBe(hash);
    },
  );

  it("that asks another machine for the model is called remote", async () => {
    const model = { name: "gpt-oss:120b-cloud", remote_host: "https://ollama.com:443", digest: "d" };
    const origin = await serverOf("ollama", { "GET /api/tags": { models: [model] } });
    expect((await told(origin, "gpt-oss:120b-cloud", "ollama")).facts.isRemote).toBe(true);
  });

  it("refuses a model that it has not, and another server is not taken for it", async () => {
    await expect(told(await serverOf("ollama"), "mistral", "ollama")).rejects.toThrow(
      /does not offer "mistral"\. It offers llama3\.2:latest, codellama:13b\./,
    );
    await expect(
      told(await serverOf("ollama", { "GET /api/tags": { models: [] } }), "m", "ollama"),
    ).rejects.toThrow(/It offers no model at all/);
    await expect(told(await serverOf("lm-studio"), "m", "ollama")).rejects.toThrow(
      /does not answer as Ollama does/,
    );
  });
});

describe("other kinds", () => {
  it("LM Studio tells the context of what is loaded", async () => {
    const origin = await serverOf("lm-studio");
    const loaded = await told(origin, "meta-llama-3.1-8b-instruct");
    expect(loaded.facts).toMatchObject({ ...untold, kind: "lm-studio", contextLength: 4096 });
    expect((await told(origin, "qwen2-vl-7b-instruct")).facts.contextLength).toBeNull();
    await expect(told(origin, "text-embedding-nomic-embed-text-v1.5")).rejects.toThrow(/does not offer/);
  });

  it("LM Studio tells it by its newer list, too, for each time that a model is loaded", async () => {
    const origin = await serverOf("lm-studio-1");
    const context = async (model: string): Promise<unknown> => {
      const { facts } = await told(origin, model);
      return [facts.kind, facts.contextLength];
    };
    expect(await context("gemma-3-270m-it-qat")).toEqual(["lm-studio", 4096]);
    expect(await context("gemma-3-270m-it-qat:2")).toEqual(["lm-studio", 8192]);
    expect(await context("qwen/qwen3-8b")).toEqual(["lm-studio", null]);
    await expect(told(origin, "text-embedding-nomic-embed-text-v1.5-embedding")).rejects.toThrow(
      /does not offer/,
    );
  });

  it("vLLM tells version and context, which an adapter shares", async () => {
    const origin = await serverOf("vllm");
    for (const model of ["meta-llama/Llama-3.1-8B-Instruct", "sql-lora"])
      expect((await told(origin, model)).facts).toMatchObject({
        ...untold,
        kind: "vllm",
        version: "0.11.0",
        model,
        contextLength: 4096,
      });
  });

  it("SGLang tells version, context and requests at a time, by its newer paths and its older ones", async () => {
    const newer = await serverOf("sglang");
    const older = await serverOf("sglang", {
      "GET /get_model_info": { model_path: "m", is_generation: true },
      "GET /get_server_info": { version: "0.4.0", context_length: 2048, max_running_requests: 8 },
      "GET /model_info": null,
      "GET /server_info": null,
      "GET /v1/models": { data: [{ id: "m" }] },
    });
    const kind = "sglang";
    const model = "qwen/qwen2.5-0.5b-instruct";
    const { facts } = await told(newer, model);
    expect(facts).toMatchObject({ ...untold, kind, version: "0.5.3", contextLength: 32768, slots: 256 });
    expect(JSON.stringify(facts)).not.toContain("the key that the server was started with");
    expect((await told(older, "m")).facts).toMatchObject({
      kind,
      version: "0.4.0",
      contextLength: 2048,
      slots: 8,
    });
  });

  it("TGI tells the commit of the model's repository, and calls its only model itself", async () => {
    expect((await told(await serverOf("tgi"), "tgi")).facts).toMatchObject({
      ...untold,
      kind: "tgi",
      version: "3.2.1",
      model: "mistralai/Ministral-8B-Instruct-2410",
      digest: "4847e87e5975a573a2a190399ca62cd266c899ad",
      contextLength: 32768,
    });
  });

  it("all else is unknown: a list holds the name, no list takes any", async () => {
    const jan = await serverOf("jan");
    expect((await told(jan, "jan-v1-4b")).facts).toMatchObject({
      ...untold,
      kind: "unknown",
      model: "jan-v1-4b",
    });
    await expect(told(jan, "other")).rejects.toThrow(/It offers jan-v1-4b/);
    const bare = await serverOf("jan", { "GET /v1/models": null });
    expect((await told(bare, "any")).facts).toMatchObject({ ...untold, kind: "unknown", model: "any" });
  });

  it("answers of another form are not told, and none of them is an end", async () => {
    const odd = [{}, [], "text", 7, { default_generation_settings: 7 }, { version: [] }, { data: {} }];
    for (const answer of odd) {
      const origin = await serverOf("jan", {
        "*": answer,
        "GET /v1/models": { data: [{ id: "m", meta: 7 }] },
      });
      expect((await told(origin, "m")).facts).toMatchObject({ ...untold, kind: "unknown" });
    }
  });

  it("a server behind a gateway's path is known by its own answers there", async () => {
    const origin = await localServer(({ url }, response) => {
      const props = { default_generation_settings: { n_ctx: 256 }, build_info: "b1" };
      if (url === "/one/v1/models") response.end('{"data":[{"id":"m"}]}');
      else if (url === "/one/props") response.end(JSON.stringify(props));
      else response.writeHead(404).end();
    });
    expect((await told(`${origin}/one`, "m")).facts).toMatchObject({ kind: "llama.cpp", version: "b1" });
  });

  it("that refuses its list, or is not there, is a fault", async () => {
    const closed = await localServer((_, response) => response.writeHead(401).end());
    await expect(told(closed, "m")).rejects.toThrow(/answered 401 .*set LONGHAUL_API_KEY/);
    await expect(told("http://127.0.0.1:9", "m")).rejects.toThrow(/is the server running/);
  });
});

describe("the same server", () => {
  it("is told from another one in words, by what both times was known", async () => {
    const { facts } = await told(await serverOf("ollama"), "llama3.2", "ollama");
    expect(otherThan(facts, { ...facts, slots: 3, told: {} })).toBeNull();
    expect(otherThan(facts, { ...facts, digest: null, version: null, kind: "unknown" })).toBeNull();
    expect(otherThan({ ...facts, filePath: null }, { ...facts, filePath: "/a" })).toBeNull();
    expect(otherThan(facts, { ...facts, digest: "other" })).toMatch(/digest is other, was fe938a/);
    expect(otherThan(facts, { ...facts, kind: "vllm", contextLength: 7 })).toBe(
      "the kind of server is vllm, was ollama; the context in tokens is 7, was 8192",
    );
  });
});
