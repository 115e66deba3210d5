import { describe, expect, it } from "vitest";
import { speedTestFigure } from "../../src/figures/speed-tests.ts";
import { machineFactsSchema } from "../../src/hardware/facts.ts";
import { parseSlowerLimits } from "../../src/report/speed/limits.ts";
import type { SpeedTestRow } from "../../src/store/speed-tests.ts";

type Parts = { readonly [Name in "settings" | "facts"]?: Partial<SpeedTestRow[Name]> };

function row({ settings, facts }: Parts = {}): SpeedTestRow {
  return {
    id: 1,
    at: "2026-01-01T00:00:00.000Z",
    machineId: 1,
    modelId: 1,
    test: "tg100",
    settings: {
      kind: "tg",
      tokens: 100,
      depth: 0,
      sampled: false,
      conversations: 1,
      threads: 2,
      backend: "cpu",
      layers: 0,
      asked: {},
      chat: null,
      ...settings,
    },
    versions: {},
    // 100 tokens in a second.
    samples: [1000, 1000, 1000].map((ms) => ({ ms, cpuMs: null })),
    turns: [],
    facts: {
      modelBytes: 1e8,
      threadsBy: "asked",
      attention: true,
      isExact: true,
      weightBytesPerStep: 1e8,
      kvBytesPerToken: 1e4,
      memory: { bytesPerSecond: 2e10, threads: 2, bufferBytes: 1e9, method: "m" },
      against: null,
      ...facts,
    },
    model: "m",
    sha256: "0",
    parameters: null,
    quantization: null,
    architecture: "llama",
    cpuModel: "c",
    machine: { logicalCores: 2, facts: null },
  };
}

function share(parts: Parts): number | null {
  return speedTestFigure({ row: row(parts), earlier: null }).memoryShare;
}

describe("the share of memory's speed", () => {
  it("is weights, and the cache at the middle of the test, times steps a second", () => {
    // 100 steps a second of 1e8 bytes and 50 tokens of 1e4 bytes, of 2e10 bytes a second.
    expect(share({})).toBeCloseTo((100 * (1e8 + 50e4)) / 2e10, 12);
    expect(share({ settings: { depth: 1000 } })).toBeCloseTo((100 * (1e8 + 1050e4)) / 2e10, 12);
  });

  it("counts weights once for all conversations, and the cache of each", () => {
    // As many steps a second, since each step has four tokens and so has the rate.
    expect(share({ settings: { conversations: 4 } })).toBeCloseTo((100 * (1e8 + 4 * 50e4)) / 2e10, 12);
  });

  it("is unknown on a GPU, for prompts, and where a part of it is", () => {
    const unknown: Parts[] = [
      { settings: { layers: 1 } },
      { settings: { kind: "pp" } },
      { facts: { memory: null } },
      { facts: { weightBytesPerStep: null } },
      { facts: { kvBytesPerToken: null } },
    ];
    for (const parts of unknown) expect(share(parts), JSON.stringify(parts)).toBeNull();
  });
});

const noFacts = machineFactsSchema.parse(
  Object.fromEntries(Object.keys(machineFactsSchema.shape).map((name) => [name, null])),
);

describe("the share of cores", () => {
  const coreShare = (
    settings: Partial<SpeedTestRow["settings"]>,
    ms: number,
    cpuMs: number | null,
    quotaCores: number | null = null,
  ): number | null => {
    const machine = { logicalCores: 2, facts: { ...noFacts, quotaCores } };
    const made = { ...row({ settings }), machine, samples: [{ ms, cpuMs }] };
    return speedTestFigure({ row: made, earlier: null }).coreShare;
  };

  it("is CPU time over the time of all threads", () => {
    expect(coreShare({ kind: "pp" }, 1000, 1600)).toBeCloseTo(0.8, 12);
    expect(coreShare({ threads: 1 }, 1000, 500)).toBeCloseTo(0.5, 12);
    // 100 tokens of 5 ms.
    expect(coreShare({}, 500, 1000)).toBeCloseTo(1, 12);
  });

  it("is of the threads that can run, not of all that were asked for", () => {
    expect(coreShare({ kind: "pp", threads: 64 }, 1000, 2000)).toBeCloseTo(1, 12);
    expect(coreShare({ kind: "pp", threads: 64 }, 1000, 1200)).toBeCloseTo(0.6, 12);
    expect(coreShare({ kind: "pp", threads: 2 }, 1000, 1500, 1.5)).toBeCloseTo(1, 12);
  });

  it("is not told where one thread samples while the others wait", () => {
    const sampled = { sampled: true, conversations: 2 };
    expect(coreShare(sampled, 3999, 4000)).toBeNull();
    expect(coreShare(sampled, 4000, 8000)).toBeCloseTo(1, 12);
    expect(coreShare({ ...sampled, threads: 1 }, 100, 50)).toBeCloseTo(0.5, 12);
  });

  it("is not told where threads have to wait between steps, on a GPU, and where it is unknown", () => {
    expect(coreShare({}, 499, 500)).toBeNull();
    expect(coreShare({ kind: "pp", layers: 1 }, 1000, 500)).toBeNull();
    expect(coreShare({ kind: "pp" }, 1000, null)).toBeNull();
  });
});

describe("turns of a conversation", () => {
  it("have the median of their repetitions, and no rate where nothing came after the first token", () => {
    const turn = { promptTokens: 9, reusedTokens: 4, prefilledTokens: 5, decodedTokens: 11, decodeMs: 100 };
    const last = { ...turn, ttftMs: 1, decodedTokens: 1, decodeMs: 0 };
    const turns = [3, 1, 2].map((ttftMs) => [{ ...turn, ttftMs, decodeMs: 100 * ttftMs }, last]);
    const chat = { ...row({ settings: { kind: "chat" } }), samples: [], turns };
    const figure = speedTestFigure({ row: chat, earlier: null });
    expect(figure.turns.map(({ ttftMs, decodeTokensPerSecond }) => [ttftMs, decodeTokensPerSecond])).toEqual([
      [2, 50],
      [1, null],
    ]);
    expect([figure.median, figure.interval, figure.memoryShare]).toEqual([null, null, null]);
  });
});

describe("limits of slowness", () => {
  it("are numbers of per cent, by test where they name one", () => {
    expect(parseSlowerLimits("5%")).toEqual([{ kind: null, isLow: false, percent: 5 }]);
    expect(parseSlowerLimits("pp = 2.5, tg.low=10 %,all=0")).toEqual([
      { kind: "pp", isLow: false, percent: 2.5 },
      { kind: "tg", isLow: true, percent: 10 },
      { kind: null, isLow: false, percent: 0 },
    ]);
  });

  it.each(["", "5,", "x=5", "tg.high=5", "-5", "100", "5e1", "tg=5=6"])("are refused as %j", (text) => {
    expect(() => parseSlowerLimits(text)).toThrow(
      /^--fail-slower .*: must be a number of per cent below 100/,
    );
  });
});
