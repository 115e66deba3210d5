import { afterEach, describe, expect, it } from "vitest";
import { sleep } from "../../../src/clock.ts";
import { InterruptedError } from "../../../src/errors.ts";
import { type Mishap, PlantedServer, type Plant } from "./planted-server.ts";
import { playServed, serve, type Served } from "./served-rollout.ts";

let server: PlantedServer | null = null;
const start = async (plant: Plant): Promise<PlantedServer> => {
  server = await PlantedServer.start(plant);
  return server;
};
afterEach(async () => {
  await server?.stop();
  server = null;
});

const retries = ({ events }: Served) => events.filter(({ kind }) => kind === "server-retry");

describe("a server that fails", () => {
  const passing: readonly (readonly [string, Mishap])[] = [
    ["resets in the middle of an answer", { is: "reset", afterPieces: 4 }],
    ["resets behind its first event", { is: "reset", afterPieces: 1 }],
    ["sends what is no JSON", { is: "malformed" }],
    ["ends a stream too early", { is: "no end" }],
    ["is overloaded", { is: "status", status: 503, body: { error: "try later" } }],
    ["fails inside", { is: "status", status: 500, body: { error: "boom" } }],
    ["fails inside while it answers", { is: "error event", error: { message: "boom", code: 500 } }],
    ["breaks a reply off", { is: "end", finish: "abort" }],
  ];
  it.each(
    passing.flatMap(([what, mishap]) =>
      (["llama.cpp", "ollama"] as const).map((kind) => [what, kind, mishap] as const),
    ),
  )("is asked again where it %s, on %s, and no answer is lost or wrong", async (_, kind, mishap) => {
    const planted = await start({ kind, isRight: (turn) => turn !== 3 });
    const served = await serve(planted);
    planted.mishaps.push(null, mishap, mishap, null, mishap);
    const { track, end, turns } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rrrwww", end: "complete" });
    expect(turns.map(({ samples }) => samples[0]?.result.served?.requests)).toEqual([1, 3, 2, 1, 1, 1]);
    expect(retries(served)).toHaveLength(3);
    expect(served.waits).toEqual([1_000, 4_000, 1_000]);
  });

  it("is waited for while it loads its model, however long that takes", async () => {
    const planted = await start({ kind: "llama.cpp" });
    const loading: Mishap = { is: "status", status: 503, body: { error: { message: "Loading model" } } };
    planted.mishaps.push(...Array.from({ length: 20 }, () => loading));
    const served = await serve(planted);
    expect((await playServed(served)).track).toBe("rrrrrr");
    expect(served.waits).toEqual(Array.from({ length: 20 }, () => 5_000));
  });

  it("waits as long as it is told to", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    planted.mishaps.push({ is: "status", status: 429, body: {}, retryAfter: "7" });
    expect((await playServed(served)).track).toBe("rrrrrr");
    expect(served.waits).toEqual([7_000]);
    expect(retries(served)[0]?.data).toMatchObject({ cause: "status", status: 429, waitMs: 7_000 });
  });

  it("is given up after five tries, and the rollout is censored behind what was answered", async () => {
    const planted = await start({ kind: "sglang" });
    const served = await serve(planted);
    const broken: Mishap = { is: "status", status: 502, body: "bad gateway" };
    planted.mishaps.push(null, null, broken, broken, broken, broken, broken);
    const { track, end, detail } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rr", end: "engine_error" });
    expect(detail).toContain("502");
    expect(planted.asked).toHaveLength(1 + 2 + 5);
  });

  it("that is stopped and started again is asked again", async () => {
    const planted = await start({ kind: "llama.cpp" });
    const served = await serve(planted);
    const first = await playServed(served, { turns: 2 });
    await planted.stop();
    await planted.listen();
    expect(first.track + (await playServed(served, { turns: 2 })).track).toBe("rrrr");
  });

  it("that hangs is asked once more, and then the rollout is censored", async () => {
    const planted = await start({ kind: "llama.cpp" });
    const served = await serve(planted, { requestTimeoutMs: 150 });
    planted.mishaps.push(null, { is: "hang" }, null, { is: "hang" }, { is: "hang" });
    const { track, end, detail } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rr", end: "engine_error" });
    expect(detail).toContain("--request-timeout");
    expect(planted.asked).toHaveLength(1 + 3 + 2);
  });
});

describe("an answer that cannot be judged", () => {
  it.each([
    [
      "llama.cpp",
      {
        error: {
          code: 400,
          type: "exceed_context_size_error",
          message: "request (9000 tokens) exceeds the available context size (4096 tokens)",
        },
      },
    ],
    [
      "vllm",
      {
        error: {
          message: "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
          code: 400,
        },
      },
    ],
    [
      "sglang",
      { message: "The input (9000 tokens) is longer than the model's context length (4096 tokens)." },
    ],
    [
      "lm-studio",
      {
        error:
          "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
      },
    ],
    [
      "tgi",
      {
        error:
          "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens and 200 `max_new_tokens`",
      },
    ],
    ["ollama", { error: "the input length exceeds the context length" }],
  ] as const)("has no room, as %s says it", async (kind, body) => {
    const planted = await start({ kind });
    const served = await serve(planted);
    planted.mishaps.push(null, null, { is: "status", status: 400, body });
    const { track, end } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rr", end: "context_full" });
    expect(retries(served)).toEqual([]);
  });

  it("has no room, as a server says it in its stream", async () => {
    const planted = await start({ kind: "lm-studio" });
    const served = await serve(planted);
    planted.mishaps.push(null, { is: "error event", error: { message: "Context size has been exceeded." } });
    expect(await playServed(served)).toMatchObject({ track: "r", end: "context_full" });
  });

  it("was ended for want of room before its own limit", async () => {
    const planted = await start({ kind: "llama.cpp" });
    const served = await serve(planted);
    planted.mishaps.push(null, { is: "full" });
    expect(await playServed(served)).toMatchObject({ track: "r", end: "context_full" });
  });

  it("is an error of the model where it is as long as it may be", async () => {
    const planted = await start({ kind: "llama.cpp" });
    const { turns, end } = await playServed(await serve(planted), { turns: 1, answerLimit: 3 });
    expect(end).toBe("complete");
    expect(turns[0]?.samples[0]).toMatchObject({
      result: { stop: "limit", decodedTokens: 3 },
      judged: { verdict: { taskCorrect: false } },
    });
  });

  it("was kept back by a content filter", async () => {
    const planted = await start({ kind: "unknown" });
    const served = await serve(planted);
    planted.mishaps.push(null, { is: "end", finish: "content_filter" });
    const { track, end, detail } = await playServed(served);
    expect({ track, end }).toEqual({ track: "r", end: "engine_error" });
    expect(detail).toContain("content filter");
    const data = { rollout: 0, turnIndex: 1, finish: "content_filter" };
    expect(served.events.at(-1)).toEqual({ kind: "kept-back", data });
  });

  it("was taken for the call of a tool", async () => {
    const planted = await start({ kind: "unknown" });
    planted.mishaps.push(null, null, { is: "end", finish: "tool_calls" });
    const { track, end, detail } = await playServed(await serve(planted));
    expect({ track, end }).toEqual({ track: "r", end: "engine_error" });
    expect(detail).toContain("tool calls");
  });

  it("was filed as reasoning where none was asked for", async () => {
    const planted = await start({ kind: "vllm", reasonsIn: "reasoning", thoughts: " ", isMisread: true });
    const { track, end, detail } = await playServed(await serve(planted));
    expect({ track, end }).toEqual({ track: "", end: "engine_error" });
    expect(detail).toContain("reasoning parser");
    const asked = await serve(planted, {
      chat: { thinking: true, pastReasoning: "template", reasoningEffort: null, chatTemplateKwargs: null },
    });
    expect(await playServed(asked, { turns: 1 })).toMatchObject({ track: "w", end: "complete" });
  });

  it("does not end, though it was to", async () => {
    const planted = await start({ kind: "vllm" });
    planted.mishaps.push(null, null, { is: "endless" });
    const served = await serve(planted);
    const { track, end, detail } = await playServed(served);
    expect({ track, end }).toEqual({ track: "r", end: "engine_error" });
    expect(detail).toContain("takes no limit");
    expect(retries(served)).toEqual([]);
  });

  it("was refused for another reason, in the server's words", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    planted.mishaps.push({ is: "status", status: 404, body: { error: { message: "no such adapter" } } });
    const { end, detail } = await playServed(served);
    expect(end).toBe("engine_error");
    expect(detail).toContain("no such adapter");
    expect(planted.asked).toHaveLength(2);
  });

  it.each(["own", "healed"])(
    "was asked without the dictionary, which the server left out of the %s history",
    async (history) => {
      const whole = await start({ kind: "unknown" });
      const { turns } = await playServed(await serve(whole), { turns: 8, history });
      const counts = turns.map(({ samples }) => samples[0]?.result.promptTokens ?? 0);
      await whole.stop();
      const planted = await start({ kind: "unknown", cutAt: counts[4] ?? 0 });
      const cut = await playServed(await serve(planted), { turns: 8, history });
      expect(cut).toMatchObject({ track: "rrrrr", end: "context_full" });
      expect(cut.detail).toMatch(/counted \d+ tokens where there are at least \d+/);
    },
  );
});

describe("an answer that is whole", () => {
  it.each(["length", "content_filter", "abort"])("counts, however its reply ended: %s", async (finish) => {
    const planted = await start({ kind: "unknown" });
    planted.mishaps.push(null, null, { is: "end", finish, isWhole: true });
    expect(await playServed(await serve(planted))).toMatchObject({ track: "rrrrrr", end: "complete" });
  });

  it.each(["unknown", "ollama"] as const)(
    "is there with the last words of the stream, though %s leaves the connection open",
    async (kind) => {
      const planted = await start({ kind });
      const served = await serve(planted, { requestTimeoutMs: 500 });
      planted.mishaps.push({ is: "stays open" }, { is: "stays open" });
      expect(await playServed(served, { turns: 2, answerLimit: 3 })).toMatchObject({ end: "complete" });
      expect(retries(served)).toEqual([]);
    },
  );
});

describe("another server or model", () => {
  it.each([
    [
      "answers under another name",
      (one: PlantedServer): void => {
        one.model = "other";
      },
      "answers as other",
    ],
    [
      "tells another build, and another file",
      (one: PlantedServer): void => {
        one.fingerprint = "b2";
        one.digest = "d2";
      },
      "d2",
    ],
  ] as const)("ends the run where it %s", async (_, change, words) => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    expect((await playServed(served)).track).toBe("rrrrrr");
    change(planted);
    const { end, detail, track } = await playServed(served);
    expect({ end, track }).toEqual({ end: "engine_error", track: "" });
    expect(detail).toContain("changed while the run went on");
    expect(detail).toContain(words);
    const sent = planted.asked.length;
    expect(await playServed(served)).toMatchObject({ end: "engine_error", track: "" });
    expect(planted.asked).toHaveLength(sent);
  });

  it("is noticed when a conversation is opened, at most every ten seconds", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    planted.digest = "d2";
    expect((await playServed(served)).end).toBe("complete");
    served.pass(10_000);
    const sent = planted.asked.length;
    expect((await playServed(served)).end).toBe("engine_error");
    expect(planted.asked).toHaveLength(sent);
  });

  it("is noticed after a connection that broke", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    planted.mishaps.push(null, { is: "reset", afterPieces: 2 });
    planted.digest = "d2";
    expect(await playServed(served)).toMatchObject({ track: "r", end: "engine_error" });
  });

  it("of the same kind may tell another build", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    await playServed(served);
    planted.fingerprint = "b2";
    expect((await playServed(served)).track).toBe("rrrrrr");
  });
});

describe("a run that cannot be", () => {
  it("is refused where its conversations have no room, with both numbers and what to do", async () => {
    const planted = await start({ kind: "llama.cpp", contextLength: 1_000 });
    await expect(serve(planted, { answerTokens: 900 })).rejects.toThrow(
      /planted has a context of 1,000 tokens, and a conversation of this run takes about [\d,]+, answers of 900 included\. Start llama-server with a longer one/,
    );
  });

  it.each(["lm-studio", "tgi", "unknown"] as const)(
    "is refused on %s where it asks for thinking",
    async (kind) => {
      const chat = {
        thinking: true,
        pastReasoning: "template",
        reasoningEffort: null,
        chatTemplateKwargs: null,
      } as const;
      await expect(serve(await start({ kind }), { chat })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("--thinking on") as string,
      });
    },
  );

  it("is refused where nothing answers", async () => {
    const planted = await start({ kind: "vllm" });
    await planted.stop();
    await expect(serve(planted)).rejects.toThrow(/is the server running/);
    await planted.listen();
  });

  it("ends at once when it is interrupted before it is there", async () => {
    const planted = await start({ kind: "vllm" });
    planted.mishaps.push({ is: "hang" });
    const starting = new AbortController();
    const serving = serve(planted, { requestTimeoutMs: 60_000 }, starting.signal);
    const interrupted = expect(serving).rejects.toBeInstanceOf(InterruptedError);
    while (planted.asked.length < 1) await sleep(5);
    starting.abort(new InterruptedError());
    await interrupted;
  });

  it("ends at once when it is interrupted", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted, { requestTimeoutMs: 60_000 });
    planted.mishaps.push(null, { is: "hang" });
    const playing = playServed(served);
    while (planted.asked.length < 3) await sleep(5);
    served.engine.interrupt();
    expect(await playing).toMatchObject({ track: "r", end: "interrupted" });
    expect(retries(served)).toEqual([]);
  });
});
