import { driftOf, medianOf, pairedRatio, rateChange, summarizeRepetitions } from "../metrics/repetitions.ts";
import type { ReadSpeedTest } from "../reading/speed-tests.ts";
import { usableCores } from "../reading/usable-cores.ts";
import type { ConversationTurn, SpeedTestRow } from "../store/speed-tests.ts";
import type { SpeedTestFigure } from "./speed-test-schema.ts";

/** Everything that is told of a test. */
export function speedTestFigure({ row, earlier }: ReadSpeedTest): SpeedTestFigure {
  const { settings: used, facts, samples } = row;
  const rates = ratesOf(row);
  const summary = summarizeRepetitions(rates);
  return {
    id: row.id,
    at: row.at,
    model: {
      name: row.model,
      sha256: row.sha256,
      bytes: facts.modelBytes,
      parameters: row.parameters,
      quantization: row.quantization,
      architecture: row.architecture,
    },
    machine: row.cpuModel,
    test: row.test,
    kind: used.kind,
    tokens: used.tokens,
    depth: used.depth,
    sampled: used.sampled,
    conversations: used.conversations,
    backend: used.backend,
    threads: used.threads,
    threadsBy: facts.threadsBy,
    layers: used.layers,
    attention: facts.attention,
    settings: used.asked,
    isExact: facts.isExact,
    samplesMs: samples.map(({ ms }) => ms),
    cpuMs: samples.map(({ cpuMs }) => cpuMs),
    tokensPerSecond: rates,
    ...summary,
    coreShare: coreShareOf(row),
    drift: driftOf(rates)?.ratio ?? null,
    ...memoryOf(row, summary.median),
    against: againstOf(row, rates),
    earlier: earlier === null ? null : changeSince(earlier, rates),
    turns: turnsOf(row.turns),
    versions: row.versions,
  };
}

function ratesOf({ settings, samples }: SpeedTestRow): number[] {
  const tokens = settings.tokens * settings.conversations;
  return samples.map(({ ms }) => (1000 * tokens) / ms);
}

/** A step from which on what lies between steps is too little to leave threads without work. */
const longStepMs = 5;
/** The same for each conversation that is sampled, which one thread does: under a millisecond at large vocabularies. */
const longSampledMs = 20;

/**
 * Of the time of all threads that can run, what the process had of cores; null where less of it need not be the doing of
 * other programs or of the disk.
 */
function coreShareOf({ settings: used, samples, machine }: SpeedTestRow): number | null {
  const { kind, tokens, layers, conversations } = used;
  const count = Math.min(used.threads, usableCores(machine));
  const longMs = used.sampled ? longSampledMs * conversations : longStepMs;
  const ms = samples.reduce((sum, sample) => sum + sample.ms, 0);
  const cpu = samples.reduce<number | null>(
    (sum, { cpuMs }) => (sum === null || cpuMs === null ? null : sum + cpuMs),
    0,
  );
  const isBusy = used.threads === 1 || kind === "pp" || ms / samples.length / tokens >= longMs;
  if (layers > 0 || kind === "chat" || cpu === null || ms === 0 || !isBusy) return null;
  return cpu / ms / count;
}

/** What generating reads of memory. Layers on a GPU are read from its own, which nobody measured. */
function memoryOf(
  { settings, facts }: SpeedTestRow,
  median: number | null,
): Pick<SpeedTestFigure, "memory" | "bytesPerStep" | "memoryShare"> {
  const { memory, weightBytesPerStep, kvBytesPerToken } = facts;
  const { kind, depth, tokens, conversations, layers } = settings;
  const isKnown = kind === "tg" && weightBytesPerStep !== null && kvBytesPerToken !== null;
  const cached = conversations * (depth + tokens / 2);
  const bytesPerStep = isKnown ? weightBytesPerStep + cached * kvBytesPerToken : null;
  const isOnCpu = layers === 0;
  const memoryShare =
    bytesPerStep === null || median === null || memory === null || !isOnCpu
      ? null
      : (bytesPerStep * median) / conversations / memory.bytesPerSecond;
  return { memory, bytesPerStep, memoryShare };
}

function againstOf({ facts }: SpeedTestRow, rates: readonly number[]): SpeedTestFigure["against"] {
  const { against } = facts;
  const ratio = against === null ? null : pairedRatio(rates, against.tokensPerSecond);
  if (against === null || ratio === null) return null;
  return { ...against, median: medianOf(against.tokensPerSecond), ...ratio };
}

function changeSince(earlier: SpeedTestRow, rates: readonly number[]): SpeedTestFigure["earlier"] {
  const change = rateChange(rates, ratesOf(earlier));
  if (change === null) return null;
  const { id, at, versions, settings } = earlier;
  const { threads: count, layers, backend } = settings;
  const { ratio, low = null, high = null } = change;
  return { id, at, ratio, low, high, threads: count, layers, backend, versions };
}

/** By turn, over the repetitions. Tokens are those of the first: greedy answers are alike. */
function turnsOf(repetitions: readonly (readonly ConversationTurn[])[]): SpeedTestFigure["turns"] {
  const [first = []] = repetitions;
  return first.map((turn, index) => {
    const same = repetitions.flatMap((turns) => turns[index] ?? []);
    const rates = same
      .filter(({ decodedTokens, decodeMs }) => decodedTokens > 1 && decodeMs > 0)
      .map(({ decodedTokens, decodeMs }) => ((decodedTokens - 1) * 1000) / decodeMs);
    return {
      turn: index + 1,
      promptTokens: turn.promptTokens,
      reusedTokens: turn.reusedTokens,
      prefilledTokens: turn.prefilledTokens,
      ttftMs: medianOf(same.map(({ ttftMs }) => ttftMs)),
      decodedTokens: turn.decodedTokens,
      decodeTokensPerSecond: rates.length === 0 ? null : medianOf(rates),
    };
  });
}
