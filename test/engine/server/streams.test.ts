import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOllamaLine } from "../../../src/engine/server/ollama-stream.ts";
import { readOpenaiEvent } from "../../../src/engine/server/openai-stream.ts";
import { ReplyInProgress, type ServerReply } from "../../../src/engine/server/reply-in-progress.ts";

const reasoned = { text: "<think>The sum</think><answer>42</answer>", promptTokens: 31, isApart: true };
const streams: Readonly<Record<string, object>> = {
  // Aborted at the tag: what was counted by then is what is kept.
  vllm: { ...reasoned, decodedTokens: 6, cachedTokens: null, served: 6 },
  sglang: { ...reasoned, decodedTokens: 7, cachedTokens: 16, served: 7, reasoningTokens: 3 },
  "lm-studio": { ...reasoned, decodedTokens: 7, cachedTokens: null, served: 7 },
  tgi: {
    text: "<answer>42</answer>",
    promptTokens: 31,
    isApart: false,
    decodedTokens: 6,
    served: 6,
    model: null,
  },
  ollama: {
    ...reasoned,
    decodedTokens: 7,
    served: 7,
    promptMs: 246.847,
    loadMs: 63.9153,
    decodeMs: 403.2296,
  },
};

describe("the stream of a server", () => {
  it.each(Object.keys(streams))("is put together, from %s", (kind) => {
    const { text, isApart, decodedTokens, told, stop } = replyOf(kind);
    expect({ ...told, text, isApart, decodedTokens, served: told.decodedTokens }).toMatchObject({
      ...streams[kind],
    });
    expect(stop).toBe("answer");
  });

  it("has one piece a token, or no time between them", () => {
    expect(replyOf("tgi").interTokenMs).toEqual([1, 1, 1, 1, 1]);
    expect(replyOf("sglang").interTokenMs).toBeNull();
    expect(replyOf("tgi")).toMatchObject({ ttftMs: 1, decodeMs: 5 });
  });

  it("tells nothing by counts that cannot be", () => {
    const usage = { prompt_tokens: 0, completion_tokens: -1, prompt_tokens_details: { cached_tokens: -1 } };
    const { told } = readOpenaiEvent(JSON.stringify({ choices: [], usage })) ?? {};
    expect(told).toMatchObject({ promptTokens: null, decodedTokens: null, cachedTokens: null });
    expect(readOpenaiEvent(`{"choices":[{"delta":{},"finish_reason":""}]}`)?.finish).toBeNull();
    const line = readOllamaLine(`{"done":true,"prompt_eval_count":0,"eval_count":-1}`);
    expect(line?.told).toMatchObject({ promptTokens: null, decodedTokens: null });
  });

  it("ends with a fault where the server says so in it", () => {
    const failing = `{"error":{"message":"CUDA error","type":"InternalServerError","code":500}}`;
    expect(() => readOpenaiEvent(failing)).toThrow(expect.objectContaining({ cause: "status", status: 500 }));
    expect(() => readOllamaLine(`{"error":"model runner has unexpectedly stopped"}`)).toThrow(
      /unexpectedly stopped/,
    );
  });
});

/** As if an event came every millisecond. */
function replyOf(kind: string): ServerReply {
  const text = readFileSync(join(import.meta.dirname, `fixtures/streams/${kind}.txt`), "utf8");
  const isLines = kind === "ollama";
  const data = text
    .split(isLines ? "\n" : "\n\n")
    .filter((one) => one !== "")
    .map((one) => (isLines ? one : one.replace(/^data: /, "")));
  const reply = new ReplyInProgress("answer", null, -1);
  for (const [atMs, one] of data.entries()) {
    if (reply.isComplete) break;
    const event = (isLines ? readOllamaLine : readOpenaiEvent)(one);
    if (event !== null) reply.push(event, atMs);
  }
  return reply.end();
}
