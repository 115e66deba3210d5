import type { SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { visible } from "../../visible-text.ts";
import { partText, significant, unknown } from "../words/numbers.ts";

/** A column of the table of tests, titled as llama-bench titles it. */
export interface SpeedColumn {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (test: SpeedTestFigure) => string;
  /** What everybody has without asking: such a column is left out where all have it. Absent: always shown. */
  readonly usual?: string;
}

const left = (title: string, cell: SpeedColumn["cell"]): SpeedColumn => ({ title, align: "left", cell });
const right = (title: string, cell: SpeedColumn["cell"], usual?: string): SpeedColumn => ({
  title,
  align: "right",
  cell,
  ...(usual === undefined ? {} : { usual }),
});

const setUp: readonly SpeedColumn[] = [
  left("model", ({ model }) => visible(model.name)),
  right("size", ({ model }) => sizeText(model.bytes), unknown),
  right("params", ({ model }) => parametersText(model.parameters)),
  left("backend", ({ backend }) => (backend === "cpu" ? "CPU" : backend)),
  right("ngl", ({ layers }) => String(layers), "0"),
  right("threads", ({ threads }) => String(threads)),
  right("conversations", ({ conversations }) => String(conversations), "1"),
  right("n_batch", ({ settings }) => String(settings["n_batch"]), "512"),
  right("type_k", ({ settings }) => String(settings["type_k"]), "f16"),
  right("type_v", ({ settings }) => String(settings["type_v"]), "f16"),
  right("fa", ({ settings }) => String(settings["flash_attn"]), "auto"),
  right("load_mode", ({ settings }) => String(settings["load_mode"]), "auto"),
];

const rates: readonly SpeedColumn[] = [
  ...setUp,
  right("test", ({ test }) => test),
  right("t/s", ({ mean, deviation }) =>
    mean === null ? unknown : `${mean.toFixed(2)} ± ${deviation === null ? unknown : deviation.toFixed(2)}`,
  ),
  right("median", ({ median }) => (median === null ? unknown : median.toFixed(2))),
  right("of memory", ({ memoryShare }) => (memoryShare === null ? "" : partText(memoryShare, 0)), ""),
  right("theirs", ({ against }) => (against === null ? "" : against.median.toFixed(2)), ""),
  right("ratio (95 %)", ({ against }) => (against === null ? "" : ratioText(against)), ""),
  right("since before", ({ earlier }) => (earlier === null ? "" : changeText(earlier)), ""),
];

/** "0.93 (0.91 to 0.95)" */
function ratioText({ ratio, low, high }: NonNullable<SpeedTestFigure["against"]>): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** "-4 % (-6 to -2)" */
function changeText({ ratio, low, high }: NonNullable<SpeedTestFigure["earlier"]>): string {
  const percent = (value: number): string => `${value > 1 ? "+" : ""}${((value - 1) * 100).toFixed(0)}`;
  const ends = low === null || high === null ? "" : ` (${percent(low)} to ${percent(high)})`;
  return `${percent(ratio)} %${ends}`;
}

/** The columns that say something of these tests. */
export function columnsFor(tests: readonly SpeedTestFigure[]): SpeedColumn[] {
  return shown(rates, tests);
}

/** Of how conversations were set up: what stands above their turns. */
export function setUpColumns(tests: readonly SpeedTestFigure[]): SpeedColumn[] {
  return shown(setUp, tests);
}

function shown(columns: readonly SpeedColumn[], tests: readonly SpeedTestFigure[]): SpeedColumn[] {
  return columns.filter(
    ({ usual, cell }) => usual === undefined || tests.some((test) => cell(test) !== usual),
  );
}

/** As llama-bench writes them: powers of 1,024. */
function sizeText(bytes: number | null): string {
  if (bytes === null) return unknown;
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(2)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function parametersText(parameters: number | null): string {
  if (parameters === null) return unknown;
  return parameters < 1e9 ? `${(parameters / 1e6).toFixed(2)} M` : `${(parameters / 1e9).toFixed(2)} B`;
}

/** What is told of each turn of a conversation. */
export const turnColumns: readonly {
  readonly title: string;
  readonly cell: (turn: SpeedTestFigure["turns"][number]) => string;
}[] = [
  { title: "turn", cell: ({ turn }) => String(turn) },
  { title: "prompt", cell: ({ promptTokens }) => String(promptTokens) },
  { title: "in cache", cell: ({ reusedTokens }) => String(reusedTokens) },
  { title: "prefilled", cell: ({ prefilledTokens }) => String(prefilledTokens) },
  { title: "TTFT ms", cell: ({ ttftMs }) => significant(ttftMs) },
  { title: "decoded", cell: ({ decodedTokens }) => String(decodedTokens) },
  {
    title: "decode t/s",
    cell: ({ decodeTokensPerSecond }) =>
      decodeTokensPerSecond === null ? unknown : significant(decodeTokensPerSecond),
  },
];
