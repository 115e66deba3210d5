import { describe, expect, it } from "vitest";
import type { ChatOptions } from "../../../src/chat/variables.ts";
import { type ChatRequest, httpRequest } from "../../../src/engine/server/chat-request.ts";
import { unsentOf } from "../../../src/engine/server/dialects.ts";
import { firstManner, type Manner } from "../../../src/engine/server/manner.ts";
import type { ServerFacts } from "../../../src/serving/facts.ts";

const quiet: ChatOptions = {
  thinking: false,
  pastReasoning: "template",
  reasoningEffort: null,
  chatTemplateKwargs: null,
};
const drawn = { temperature: 0.7, topP: 0.9, topK: 0, minP: 0, seed: 5 };
const greedy = { ...drawn, temperature: 0 };
const request: ChatRequest = {
  messages: [{ role: "user", content: "?" }],
  sampling: drawn,
  maxTokens: 64,
  grammar: null,
  slot: 1,
  isDetailed: false,
};

function mannerOf(kind: string, chat: Partial<ChatOptions> = {}): Manner {
  const facts: ServerFacts = {
    api: kind === "own ollama" ? "ollama" : "openai",
    url: "http://127.0.0.1:1",
    isRemote: false,
    kind: kind === "own ollama" ? "ollama" : kind,
    version: null,
    model: "m",
    digest: null,
    fileSha256: null,
    filePath: null,
    contextLength: null,
    slots: null,
    unsent: [],
    told: null,
    tellsPrompt: true,
  };
  return firstManner(facts, { ...quiet, ...chat });
}

const bodyOf = (kind: string, change: Partial<ChatRequest> = {}, chat: Partial<ChatOptions> = {}) =>
  httpRequest(mannerOf(kind, chat), { ...request, ...change }).body;

describe("what a server is sent", () => {
  it("tells llama.cpp every setting, neutral where a run has none", () => {
    expect(bodyOf("llama.cpp")).toEqual({
      model: "m",
      messages: request.messages,
      stream: true,
      max_tokens: 64,
      temperature: 0.7,
      top_p: 0.9,
      top_k: 0,
      min_p: 0,
      typical_p: 1,
      repeat_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      dry_multiplier: 0,
      xtc_probability: 0,
      mirostat: 0,
      dynatemp_range: 0,
      top_n_sigma: -1,
      adaptive_target: -1,
      n_cache_reuse: 0,
      seed: 5,
      cache_prompt: true,
      timings_per_token: true,
      id_slot: 1,
      stream_options: { include_usage: true },
      chat_template_kwargs: { enable_thinking: false, thinking: false },
    });
  });

  it.each(["vllm", "sglang"])("turns top_k off as %s means it, and has it count along", (kind) => {
    expect(bodyOf(kind)).toMatchObject({
      top_k: -1,
      min_p: 0,
      repetition_penalty: 1,
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
    expect(bodyOf(kind)).not.toHaveProperty("id_slot");
  });

  it("tells TGI no presence penalty, which would be a repetition penalty of 2, and no top_p of 1", () => {
    const body = bodyOf("tgi", { sampling: { ...drawn, topP: 1 } });
    expect(body).not.toHaveProperty("presence_penalty");
    expect(body).not.toHaveProperty("top_p");
    expect(bodyOf("tgi")).toMatchObject({ top_p: 0.9, frequency_penalty: 0 });
  });

  it("tells Ollama all of it as options, and to leave nothing out", () => {
    expect(bodyOf("own ollama")).toMatchObject({
      truncate: false,
      shift: false,
      think: false,
      options: { num_predict: 64, repeat_penalty: 1, min_p: 0, top_k: 0, seed: 5, mirostat: 0 },
    });
  });

  it("decodes greedily as temperature 0 and top_k 1", () => {
    for (const kind of ["llama.cpp", "vllm", "sglang", "lm-studio", "unknown"])
      expect(bodyOf(kind, { sampling: greedy }), kind).toMatchObject({ temperature: 0, top_k: 1, top_p: 1 });
  });

  it("holds a reply to a grammar where that is taken", () => {
    expect(bodyOf("llama.cpp", { grammar: "root ::= x" })).toMatchObject({ grammar: "root ::= x" });
  });

  it("asks for reasoning as each wants it", () => {
    const asked = { thinking: true, reasoningEffort: "low" };
    expect(bodyOf("llama.cpp", {}, asked)["chat_template_kwargs"]).toMatchObject({
      enable_thinking: true,
      reasoning_effort: "low",
    });
    expect(bodyOf("vllm", {}, asked)).toMatchObject({ reasoning_effort: "low" });
    expect(bodyOf("own ollama", {}, asked)).toMatchObject({ think: "low" });
    expect(bodyOf("own ollama", {}, { thinking: true })).toMatchObject({ think: true });
    expect(bodyOf("unknown", {}, asked)).toMatchObject({ reasoning_effort: "low" });
    expect(() => bodyOf("tgi", {}, { chatTemplateKwargs: { a: 1 } })).toThrow("--chat-template-kwargs");
  });

  it.each([
    ["template", "vllm", { content: "b", reasoning: "a", reasoning_content: "a" }],
    ["all", "llama.cpp", { content: "b", reasoning_content: "a" }],
    ["none", "llama.cpp", { content: "b" }],
    ["template", "own ollama", { content: "b", thinking: "a" }],
    ["template", "unknown", { content: "b" }],
    ["all", "unknown", { content: "<think>a</think>b" }],
  ] as const)("shows past reasoning (%s) to %s in its own place", (pastReasoning, kind, sent) => {
    const messages = [{ role: "assistant", content: "<think>a</think>b" }] as const;
    expect(bodyOf(kind, { messages }, { pastReasoning })["messages"]).toEqual([
      { role: "assistant", ...sent },
    ]);
  });
});

describe("what a server cannot be told", () => {
  it.each([
    ["llama.cpp", []],
    ["vllm", []],
    ["lm-studio", ["minP"]],
    ["tgi", []],
    ["ollama", ["topK", "minP", "typicalP", "repeatPenalty"]],
    ["own ollama", []],
    ["unknown", []],
  ])("is named, of %s", (kind, unsent) => {
    expect(unsentOf(mannerOf(kind).facts, drawn, new Set()).toSorted()).toEqual(unsent.toSorted());
  });

  it("is a penalty at most where nothing is drawn", () => {
    expect(unsentOf(mannerOf("ollama").facts, greedy, new Set())).toEqual(["repeatPenalty"]);
    expect(unsentOf(mannerOf("lm-studio").facts, greedy, new Set())).toEqual([]);
    expect(unsentOf(mannerOf("unknown").facts, greedy, new Set(["seed", "top_k", "min_p"]))).toEqual([]);
  });

  it("is what TGI is asked for and has not", () => {
    expect(unsentOf(mannerOf("tgi").facts, { ...drawn, topK: 40 }, new Set())).toEqual(["topK"]);
  });
});
