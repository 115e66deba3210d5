import { type CsvCell, csvLine, csvLineEnd } from "../../csv.ts";
import type { SpeedDocument, SpeedTestFigure } from "../../figures/speed-test-schema.ts";

/** A line for each test, or for each turn of a conversation; columns that llama-bench has are called as there. */
export function renderSpeedCsv({ tests }: SpeedDocument): string {
  const lines = tests.flatMap((test) =>
    test.turns.length === 0 ? [cellsOf(test, null)] : test.turns.map((turn) => cellsOf(test, turn)),
  );
  return [columns.map(([name]) => name), ...lines].map((cells) => csvLine(cells) + csvLineEnd).join("");
}

type Turn = SpeedTestFigure["turns"][number] | null;
type Column = readonly [string, (test: SpeedTestFigure, turn: Turn) => CsvCell];

const columns: readonly Column[] = [
  ["test_time", ({ at }) => at],
  ["cpu_info", ({ machine }) => machine],
  ["model_filename", ({ model }) => model.name],
  ["model_size", ({ model }) => model.bytes],
  ["model_n_params", ({ model }) => model.parameters],
  ["backends", ({ backend }) => (backend === "cpu" ? "CPU" : backend)],
  ["n_threads", ({ threads }) => threads],
  ["n_gpu_layers", ({ layers }) => layers],
  ["n_batch", ({ settings }) => settings["n_batch"] ?? null],
  ["type_k", ({ settings }) => settings["type_k"] ?? null],
  ["type_v", ({ settings }) => settings["type_v"] ?? null],
  ["flash_attn", ({ settings }) => settings["flash_attn"] ?? null],
  ["load_mode", ({ settings }) => settings["load_mode"] ?? null],
  ["n_conversations", ({ conversations }) => conversations],
  ["n_prompt", ({ kind, tokens }) => (kind === "pp" ? tokens : 0)],
  ["n_gen", ({ kind, tokens }) => (kind === "pp" ? 0 : tokens)],
  ["n_depth", ({ depth }) => depth],
  ["test", ({ test }) => test],
  ["sampled", ({ sampled }) => (sampled ? 1 : 0)],
  ["avg_ts", ({ mean }) => mean],
  ["stddev_ts", ({ deviation }) => deviation],
  ["median_ts", ({ median }) => median],
  ["low_ts", ({ interval }) => interval?.low ?? null],
  ["high_ts", ({ interval }) => interval?.high ?? null],
  ["samples_ts", ({ tokensPerSecond }) => tokensPerSecond.map((rate) => rate.toPrecision(6)).join(" ")],
  ["drift", ({ drift }) => drift],
  ["memory_share", ({ memoryShare }) => memoryShare],
  ["against_median_ts", ({ against }) => against?.median ?? null],
  ["against_ratio", ({ against }) => against?.ratio ?? null],
  ["against_low", ({ against }) => against?.low ?? null],
  ["against_high", ({ against }) => against?.high ?? null],
  ["earlier_test", ({ earlier }) => earlier?.id ?? null],
  ["earlier_ratio", ({ earlier }) => earlier?.ratio ?? null],
  ["earlier_low", ({ earlier }) => earlier?.low ?? null],
  ["earlier_high", ({ earlier }) => earlier?.high ?? null],
  ["turn", (_, turn) => turn?.turn ?? null],
  ["prompt_tokens", (_, turn) => turn?.promptTokens ?? null],
  ["reused_tokens", (_, turn) => turn?.reusedTokens ?? null],
  ["prefilled_tokens", (_, turn) => turn?.prefilledTokens ?? null],
  ["ttft_ms", (_, turn) => turn?.ttftMs ?? null],
  ["decoded_tokens", (_, turn) => turn?.decodedTokens ?? null],
  ["decode_ts", (_, turn) => turn?.decodeTokensPerSecond ?? null],
];

function cellsOf(test: SpeedTestFigure, turn: Turn): CsvCell[] {
  return columns.map(([, cell]) => cell(test, turn));
}
