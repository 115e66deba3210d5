import { aggregateSpeed, cpuShareOf, disturbanceOf } from "../metrics/aggregate-speed.ts";
import { rateOf } from "../metrics/rate-interval.ts";
import { conversationSpeed, knownSum } from "../metrics/throughput.ts";
import { decodeClockOf } from "../reading/decode-clock.ts";
import { isOnGpu } from "../reading/is-on-gpu.ts";
import { isMoved } from "../reading/machine-kinds.ts";
import type { RunRows } from "../reading/rows.ts";
import { measureEnergy } from "./energy.ts";
import type { RunSummary } from "./run-schema.ts";

type Speed = RunSummary["speed"];

/**
 * How fast these runs were, taken together; they must be of one speed setting. Of runs that went on on another kind of
 * machine only the numbers of tokens are known.
 */
export function measureSpeed(runs: readonly RunRows[]): Speed {
  const speed = measureTimes(runs);
  return runs.some(({ run }) => isMoved(run)) ? unlikeSpeed([speed]) : speed;
}

function measureTimes(runs: readonly RunRows[]): Speed {
  const { prefill, decode, ...aggregate } = aggregateSpeed(runs.flatMap(({ batches }) => batches));
  const conversation = measureConversation(runs);
  const [first] = runs;
  return {
    aggregate: {
      prefillTokensPerSecond: prefill.perSecond,
      prefillInterval: { low: prefill.low, high: prefill.high },
      decodeTokensPerSecond: decode.perSecond,
      decodeInterval: { low: decode.low, high: decode.high },
      conversations: aggregate.conversations,
    },
    oneConversation: measureOne(runs),
    disturbance: measureDisturbance(runs),
    energy: measureEnergy(runs),
    ...conversation,
    mixedBatches: aggregate.mixedBatches,
    mixedTimeShare: aggregate.mixedTimeShare,
    remeasuredTurns: runs.reduce((sum, { totals }) => sum + totals.remeasuredTurns, 0),
    prefix: { tokens: first?.run.prefixTokens ?? null, ms: first?.run.prefixMs ?? null },
  };
}

type Conversation = Pick<
  Speed,
  | "decodeClock"
  | "perConversation"
  | "ttftMs"
  | "interTokenMs"
  | "prefillTokens"
  | "reusedTokens"
  | "decodeTokens"
  | "reuseShare"
>;

/** Of next tokens only what the newest clock of these runs took: the earlier one measured something else. */
function measureConversation(runs: readonly RunRows[]): Conversation {
  const version = runs.some(({ run }) => decodeClockOf(run) === 2) ? 2 : 1;
  const clocked = runs.filter(({ run }) => decodeClockOf(run) === version);
  const speed = conversationSpeed(
    runs.map(({ totals }) => totals),
    clocked.map(({ totals }) => totals),
    knownSum(
      runs.map(({ totals }) => totals),
      "prefixTokens",
    ),
    {
      ttftMs: runs.map(({ ttftMs }) => ttftMs),
      interTokenMs: clocked.map(({ interTokenMs }) => interTokenMs),
    },
  );
  const { prefillTokensPerSecond, decodeTokensPerSecond, ...rest } = speed;
  const leftOut = runs.filter((rows) => !clocked.includes(rows)).map(({ id }) => id);
  return {
    decodeClock: { version, leftOut },
    perConversation: { prefillTokensPerSecond, decodeTokensPerSecond },
    ...rest,
  };
}

function measureOne(runs: readonly RunRows[]): Speed["oneConversation"] {
  const decoding = runs
    .flatMap(({ one }) => one)
    .filter(
      ({ mark, prefillTokens, decodeTokens }) => mark === null && prefillTokens === 0 && decodeTokens > 0,
    );
  const { perSecond, low, high } = rateOf(
    decoding.map(({ batches, ms, decodeTokens }) => ({ batches, ms, tokens: decodeTokens })),
  );
  return { decodeTokensPerSecond: perSecond, low, high };
}

function measureDisturbance(runs: readonly RunRows[]): Speed["disturbance"] {
  const known = runs.flatMap(({ run: { tuning } }) => tuning?.isDisturbed ?? []);
  return {
    ...disturbanceOf(runs.flatMap(({ batches }) => batches)),
    cpuShare: measureCpuShare(runs),
    threadsDisturbed: known.length === 0 ? null : known.includes(true),
    ...measurePulse(runs),
  };
}

/**
 * A processor that waits for graphics is not kept from anything. A grammar looks at every token of the vocabulary, on one
 * thread, for longer than sampling itself.
 */
function measureCpuShare(runs: readonly RunRows[]): number | null {
  if (runs.some(({ run }) => isOnGpu(run) || run.settings.format !== "free")) return null;
  return cpuShareOf(runs.flatMap(({ batches, one }) => [...batches, ...one]));
}

function measurePulse(runs: readonly RunRows[]): Pick<Speed["disturbance"], "pulseMs" | "pulseRatio"> {
  const pulses = runs.flatMap(({ run: { conditions } }) => {
    const { pulseBeforeMs: before, pulseAfterMs: after } = conditions ?? {};
    if (typeof before !== "number" || typeof after !== "number") return [];
    return [
      { both: [before, after], fastest: Math.min(before, after, conditions?.pulseFastestMs ?? before) },
    ];
  });
  if (pulses.length === 0) return { pulseMs: null, pulseRatio: null };
  return {
    pulseMs: pulses.flatMap(({ both }) => both).reduce((sum, ms) => sum + ms, 0) / (2 * pulses.length),
    pulseRatio: Math.max(...pulses.map(({ both, fastest }) => Math.max(...both) / fastest)),
  };
}

/** Speeds under different settings are never put together: of all of them only the numbers of tokens are known. */
export function unlikeSpeed(speeds: readonly Speed[]): Speed {
  const none = { p50: null, p95: null };
  const noEnds = { low: null, high: null };
  const noRates = { prefillTokensPerSecond: null, decodeTokensPerSecond: null };
  return {
    aggregate: { ...noRates, prefillInterval: noEnds, decodeInterval: noEnds, conversations: null },
    oneConversation: { decodeTokensPerSecond: null, ...noEnds },
    disturbance: {
      busyTimeShare: null,
      sleptTimeShare: null,
      ...noRates,
      cpuShare: null,
      threadsDisturbed: null,
      pulseMs: null,
      pulseRatio: null,
    },
    decodeClock: { version: null, leftOut: [] },
    energy: { joules: null, joulesPerToken: null, joulesPerRightTurn: null },
    perConversation: noRates,
    ttftMs: none,
    interTokenMs: none,
    prefillTokens: knownSum(speeds, "prefillTokens"),
    reusedTokens: knownSum(speeds, "reusedTokens"),
    decodeTokens: knownSum(speeds, "decodeTokens"),
    reuseShare: { withPrefix: null, withoutPrefix: null },
    mixedBatches: speeds.reduce((total, speed) => total + speed.mixedBatches, 0),
    mixedTimeShare: null,
    remeasuredTurns: speeds.reduce((total, speed) => total + speed.remeasuredTurns, 0),
    prefix: { tokens: null, ms: null },
  };
}
