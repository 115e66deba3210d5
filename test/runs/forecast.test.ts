import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Batch, EngineEvents, PrefixInfo } from "../../src/engine/engine.ts";
import { turnsForecastMs } from "../../src/runs/forecast.ts";
import type { TrialForecast } from "../../src/runs/trial.ts";
import { openDatabase } from "../../src/store/database.ts";
import { ChatServer } from "../engine/chat-server.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { chatRollouts, runChat, slippingAnswer } from "./chat-trial.ts";

const folder = temporaryFolder();
/** The clock of the trial, moved by what its engine does. */
const clock = vi.hoisted(() => ({ ms: 0 }));
vi.mock(import("../../src/clock.ts"), async (original) => ({ ...(await original()), nowMs: () => clock.ms }));

function batch(overrides: Partial<Batch>): Batch {
  return {
    index: 0,
    phase: "warmup",
    threads: null,
    cpuMs: null,
    mark: null,
    startMs: 0,
    endMs: 10,
    conversations: 4,
    prefillTokens: 0,
    decodeTokens: 0,
    ...overrides,
  };
}

const warmUp = [
  batch({ index: 0, prefillTokens: 100 }),
  batch({ index: 1, decodeTokens: 4 }),
  batch({ index: 2, decodeTokens: 1, conversations: 1 }),
];

describe("turnsForecastMs", () => {
  it("is tokens over the warm-up's rates, decoding by all conversations together", () => {
    expect(turnsForecastMs(warmUp, 4, { prefill: 1000, decode: 400 })).toBeCloseTo(100 + 1000);
  });

  it("is not thrown off by one step that tried other threads, nor by tokens of one conversation", () => {
    const more = [
      ...warmUp,
      batch({ decodeTokens: 4, endMs: 900 }),
      batch({ decodeTokens: 4, endMs: 12 }),
      // What a check evaluates of one conversation is labelled as decoded.
      batch({ decodeTokens: 4, conversations: 1, endMs: 1 }),
    ];
    expect(turnsForecastMs(more, 4, { prefill: 1000, decode: 400 })).toBeCloseTo(100 + 1200);
  });

  it("is unknown without a rate", () => {
    expect(turnsForecastMs([], 4, { prefill: 1, decode: 1 })).toBeNull();
    expect(turnsForecastMs(warmUp, 8, { prefill: 1, decode: 1 })).toBeNull();
  });
});

/** An engine that takes nine seconds to load, and one for the prefix and the warm-up. */
class SlowStart extends ChatServer {
  readonly #events: EngineEvents;

  constructor(events: EngineEvents) {
    super(slippingAnswer, 4);
    this.#events = events;
    clock.ms += 9_000;
  }

  setPrefix(): Promise<PrefixInfo> {
    clock.ms += 1_000;
    this.#events.afterBatches(warmUp);
    return Promise.resolve({ tokens: 50, prefillMs: 5, fanOut: "none", longestOpeningTokens: 60 });
  }
}

describe("the forecast of a trial", () => {
  it.each([false, true])(
    "holds what loading and checks took, and no prefix twice (most: %s)",
    async (isMost) => {
      const seen = new Set<TrialForecast | null>();
      const database = openDatabase(join(folder, `${isMost}.db`));
      await runChat(database, {
        create: (events) => Promise.resolve(new SlowStart(events)),
        expected: { prefill: 50 * chatRollouts + 1000, decode: 400, isMost },
        onProgress: ({ forecast }) => seen.add(forecast),
      });
      database.close();
      expect([...seen]).toEqual([null, { startMs: 10_000, turnsMs: expect.closeTo(1_100), isMost }]);
    },
  );
});
