import { afterEach, describe, expect, it } from "vitest";
import { PlantedServer, type Plant } from "./planted-server.ts";
import { playServed, serve } from "./served-rollout.ts";

const kinds = ["llama.cpp", "vllm", "sglang", "lm-studio", "tgi", "ollama", "unknown"] as const;

let server: PlantedServer | null = null;
const start = async (plant: Plant): Promise<PlantedServer> => {
  server = await PlantedServer.start(plant);
  return server;
};
afterEach(async () => {
  await server?.stop();
  server = null;
});

describe("a model behind a server", () => {
  it.each(kinds)("is judged by what it says, on %s", async (kind) => {
    const planted = await start({ kind, isRight: (turn) => turn !== 3 });
    const served = await serve(planted);
    const { track, end, turns } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rrrwww", end: "complete" });
    expect(served.engine.info.server).toMatchObject({ kind, model: "planted", tellsPrompt: true });
    const results = turns.map(({ samples }) => samples[0]?.result);
    expect(results.map((one) => one?.text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^<answer>\d+<\/answer>$/)]),
    );
    expect(results.every((one) => one?.stop === "answer" && one.served?.requests === 1)).toBe(true);
    expect(results.every((one) => (one?.promptTokens ?? 0) > 100)).toBe(true);
  });

  it("measures the first piece and the time between tokens by its own clock", async () => {
    const planted = await start({ kind: "llama.cpp", pieceMs: 5 });
    const { turns } = await playServed(await serve(planted), { turns: 2 });
    for (const { samples } of turns) {
      const result = samples[0]?.result;
      const between = result?.interTokenMs ?? [];
      expect(between).toHaveLength((result?.decodedTokens ?? 0) - 1);
      expect(between.reduce((sum, one) => sum + one, 0)).toBeCloseTo(result?.decodeMs ?? -1, 6);
      expect(result?.ttftMs).toBeGreaterThan(0);
      expect(result?.served).toMatchObject({ promptMs: 5, decodeMs: 2 * (result?.decodedTokens ?? 0) });
    }
  });

  it("tells no time between tokens where several come at once", async () => {
    const planted = await start({ kind: "lm-studio", tokensAPiece: 3 });
    const { turns, track } = await playServed(await serve(planted), { turns: 2 });
    expect(track).toBe("rr");
    expect(turns.map(({ samples }) => samples[0]?.result.interTokenMs)).toEqual([null, null]);
    expect(turns.every(({ samples }) => (samples[0]?.result.decodedTokens ?? 0) > 5)).toBe(true);
  });

  it("reuses no more of a prompt than there is of it", async () => {
    const planted = await start({ kind: "vllm", cachedTokens: 100 });
    const served = await serve(planted);
    const reused = async (): Promise<unknown> => {
      const { turns } = await playServed(served, { turns: 1 });
      const { promptTokens, reusedTokens, prefilledTokens } = turns[0]?.samples[0]?.result ?? {};
      return [reusedTokens, prefilledTokens === null ? null : prefilledTokens === (promptTokens ?? 0) - 100];
    };
    expect(await reused()).toEqual([100, true]);
    planted.plant = { kind: "vllm", cachedTokens: 100_000 };
    expect(await reused()).toEqual([null, null]);
  });

  it.each([
    ["llama.cpp", "counts the kept tokens alone", true],
    ["vllm", "counts the kept tokens alone", true],
    ["sglang", "does not know how many were kept", false],
    ["ollama", "does not know how many were kept", false],
  ] as const)("ends an answer at its tag, on %s, and %s", async (kind, _, isCounted) => {
    const planted = await start({ kind, behind: " and a long explanation that goes on and on" });
    const { turns, track } = await playServed(await serve(planted), { turns: 3 });
    expect(track).toBe("rrr");
    for (const { samples } of turns) {
      const result = samples[0]?.result;
      expect(result?.text).toMatch(/^<answer>\d+<\/answer>$/);
      expect(result?.stop).toBe("answer");
      const kept = (result?.text ?? "").match(/[a-z]{1,4}|\d{1,3}|[^a-z\d]/gi)?.length;
      expect(result?.decodedTokens).toBe(isCounted ? kept : null);
      if (!isCounted) expect(result?.served?.decodedTokens).toBeGreaterThan(kept ?? 0);
    }
  });

  it.each([
    ["llama.cpp", "reasoning_content"],
    ["vllm", "reasoning"],
    ["lm-studio", "reasoning"],
    ["ollama", "thinking"],
    ["unknown", "text"],
  ] as const)("has reasoning in one place, on %s, which has it in %s", async (kind, place) => {
    const reasonsIn = place === "thinking" ? "reasoning_content" : place;
    const planted = await start({ kind, reasonsIn, isRight: (turn) => turn !== 2 });
    const served = await serve(planted);
    const { turns, track } = await playServed(served, { turns: 4 });
    expect(track).toBe("rrww");
    expect(turns[0]?.samples[0]?.result.text).toMatch(
      /^<think>Let me think of <answer>7<\/answer>\.<\/think><answer>\d+<\/answer>$/,
    );
    expect(turns[0]?.samples[0]?.result.reasoningTokens).toBeNull();
    // The marks between which it stands are tokens, too.
    if (place !== "text") expect(turns[0]?.samples[0]?.result.interTokenMs).toBeNull();
    expect(served.engine.info.chat).toMatchObject({ isThinking: true });
    expect(served.engine.info.warnings.join()).toContain("--thinking off");
  });

  it.each(["vllm", "sglang", "tgi", "unknown"] as const)(
    "takes nothing for an answer that stands in reasoning which the prompt opened, on %s",
    async (kind) => {
      const planted = await start({ kind, reasonsIn: "opened", isRight: (turn) => turn !== 2 });
      const { turns, track } = await playServed(await serve(planted), { turns: 4 });
      expect(track).toBe("rrww");
      for (const { samples } of turns)
        expect(samples[0]?.result.text).toMatch(
          /^Let me think of <answer>7<\/answer>\.<\/think><answer>\d+<\/answer>$/,
        );
    },
  );

  it("sends past reasoning apart, where the server has a place for it", async () => {
    const planted = await start({ kind: "llama.cpp", reasonsIn: "reasoning_content" });
    await playServed(await serve(planted), { turns: 2 });
    const sent = planted.asked.at(-1)?.body.messages.find(({ role }) => role === "assistant");
    expect(sent?.content).toMatch(/^<answer>\d+<\/answer>$/);
  });

  it("joins the instructions to the first question where there is no system role", async () => {
    const planted = await start({ kind: "llama.cpp", hasNoSystemRole: true });
    const served = await serve(planted);
    expect((await playServed(served)).track).toBe("rrrrrr");
    expect(served.engine.info.chat?.system).toBe("joined");
    expect(planted.asked.slice(1).every(({ body }) => body.messages[0]?.role === "user")).toBe(true);
    expect(served.events.map(({ kind }) => kind)).toEqual(["server-system-role", "server-warm-up"]);
  });

  it("leaves out what the server refuses, and says what it cannot be told", async () => {
    const planted = await start({
      kind: "unknown",
      refusedParameters: ["top_k", "repeat_penalty", "repetition_penalty", "max_tokens"],
    });
    const served = await serve(planted);
    expect((await playServed(served)).track).toBe("rrrrrr");
    expect(served.engine.info.server?.unsent).toEqual(["repeatPenalty"]);
    expect(served.engine.info.warnings.join()).toContain("cannot be told repeatPenalty");
    const body = planted.asked.at(-1)?.body ?? {};
    expect(body).not.toHaveProperty("top_k");
    expect(body).toMatchObject({ max_completion_tokens: 200, temperature: 0, presence_penalty: 0 });
  });

  it("says that cuts are unseen where prompt tokens are not told", async () => {
    const planted = await start({ kind: "unknown", isCounting: false });
    const served = await serve(planted);
    const { turns, track } = await playServed(served, { turns: 2 });
    expect(track).toBe("rr");
    expect(served.engine.info.server?.tellsPrompt).toBe(false);
    expect(served.engine.info.warnings.join()).toContain("cuts unseen");
    expect(turns[0]?.samples[0]?.result).toMatchObject({
      promptTokens: null,
      prefilledTokens: null,
      decodedTokens: null,
      interTokenMs: null,
    });
  });

  it("asks Ollama for the room that the run takes, and for nothing to be left out", async () => {
    const planted = await start({ kind: "ollama", contextLength: 131_072 });
    const { engine } = await serve(planted);
    const { options, ...body } = planted.asked.at(-1)?.body ?? { options: {}, messages: [] };
    expect(body).toMatchObject({ truncate: false, shift: false, think: false });
    expect(options).toMatchObject({ repeat_penalty: 1, temperature: 0, top_k: 1, seed: 0 });
    expect(options.num_ctx % 1024).toBe(0);
    expect(engine.info.contextLength).toBe(options.num_ctx);
    expect(options.num_ctx).toBeLessThan(131_072);
  });

  it("keeps a conversation in a slot of llama.cpp", async () => {
    const planted = await start({ kind: "llama.cpp", slots: 2 });
    const served = await serve(planted);
    await Promise.all([playServed(served, { turns: 2 }), playServed(served, { turns: 2 })]);
    const slots = planted.asked.slice(1).map(({ body }) => body["id_slot"] as number);
    expect(slots.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
  });

  it("gives back what is given, and sends nothing", async () => {
    const planted = await start({ kind: "vllm" });
    const served = await serve(planted);
    const { turns } = await playServed(served, { turns: 1 });
    const sent = planted.asked.length;
    const [sample] = turns[0]?.samples ?? [];
    if (sample === undefined) throw new Error("no turn was played");
    const given = { ...sample.result, isReplayed: false };
    const result = await served.engine.open().turn({
      messages: [{ role: "user", content: "?" }],
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, seed: 1 },
      maxTokens: 8,
      stop: "answer",
      reasoningBudget: null,
      isWatched: false,
      rollout: 0,
      turnIndex: 0,
      sample: 0,
      given,
    });
    expect(result).toEqual(sample.result);
    expect(planted.asked).toHaveLength(sent);
  });
});
