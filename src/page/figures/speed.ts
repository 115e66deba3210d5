import type { ConcurrencyPoint, PageDocument } from "../../report/page/page-schema.ts";
import { type Style, styleOf, symbolOf } from "./palette.ts";
import { axes, base, below, type Figure, itemBase, text } from "./drawing.ts";

/** How a line is drawn that is called so, in this place. */
type StyleOf = (label: string, place: number) => Style;

/** Decode against the tokens in the cache, all conversations together. */
export function decodeDepthFigure({ decodeDepths }: PageDocument, styleFor: StyleOf = styleInPlace): Figure {
  const lines = decodeDepths
    .map((line, place) => ({ ...line, style: styleFor(line.label, place) }))
    .filter(({ bins }) => bins.length > 0);
  return {
    id: "decode-depth",
    part: "how-fast",
    title: "Speed against depth",
    label: lines
      .map(
        ({ label, bins }) =>
          `${label}: ${text(bins[0]?.decodeTokensPerSecond)} at ${text(bins[0]?.depth)} tokens, ${text(bins.at(-1)?.decodeTokensPerSecond)} at ${text(bins.at(-1)?.depth)}`,
      )
      .join("; "),
    columns: ["model", "tokens in the cache", "decode tokens/s", "low", "high", "conversations in a batch"],
    rows: lines.flatMap(({ label, bins }) =>
      bins.map(({ depth, decodeTokensPerSecond, low, high, conversations }) => [
        label,
        depth === null ? null : Math.round(depth),
        decodeTokensPerSecond,
        low,
        high,
        conversations,
      ]),
    ),
    option: (ground) => ({
      ...base(
        ground,
        lines.map(({ label }) => label),
      ),
      xAxis: { type: "value", ...below("tokens cached"), scale: true, ...axes(ground) },
      yAxis: { type: "value", name: "tokens/s", ...axes(ground) },
      series: lines.flatMap(({ label, bins, style }) => [
        lineOf(
          label,
          style,
          bins.map(({ depth, decodeTokensPerSecond }) => [depth, decodeTokensPerSecond]),
        ),
        ...bins.flatMap(({ depth, low, high }) =>
          depth === null ? [] : barOf({ label, style, at: depth, low, high }),
        ),
      ]),
    }),
  };
}

const sources = { run: "run", alone: "by itself", trial: "tried before a run" } as const;

/** Decode against conversations at a time; nothing where no row has two numbers of them. */
export function concurrencyFigure(
  { concurrency }: PageDocument,
  styleFor: StyleOf = styleInPlace,
): Figure | null {
  const lines = concurrency
    .map((line, place) => ({ ...line, style: styleFor(line.label, place) }))
    .filter(({ points }) => new Set(points.map(({ conversations }) => conversations)).size > 1);
  if (lines.length === 0) return null;
  return {
    id: "concurrency",
    part: "how-fast",
    title: "Speed against conversations",
    label: lines
      .map(
        ({ label, points }) =>
          `${label}: ${points.map((point) => `${text(point.tokensPerSecond)} with ${text(point.conversations)}`).join(", ")}`,
      )
      .join("; "),
    columns: ["model", "conversations in a batch", "decode tokens/s", "low", "high", "from"],
    rows: lines.flatMap(({ label, points }) =>
      points.map(({ conversations, tokensPerSecond, low, high, from }) => [
        label,
        conversations,
        tokensPerSecond,
        low,
        high,
        sources[from],
      ]),
    ),
    option: (ground) => ({
      ...itemBase(
        ground,
        lines.map(({ label }) => label),
      ),
      xAxis: { type: "log", logBase: 2, ...below("conversations in a batch"), ...axes(ground) },
      yAxis: { type: "value", name: "tokens/s", ...axes(ground) },
      series: lines.flatMap(({ label, points, style }) => concurrencySeries(label, points, style)),
    }),
  };
}

/** What was tried is a line, since it was measured at one depth; what runs had are points. */
function concurrencySeries(label: string, points: readonly ConcurrencyPoint[], style: Style): object[] {
  const pairOf = ({ conversations, tokensPerSecond }: ConcurrencyPoint) => [conversations, tokensPerSecond];
  const [tried, own] = [
    points.filter(({ from }) => from === "trial"),
    points.filter(({ from }) => from !== "trial"),
  ];
  return [
    lineOf(label, style, tried.map(pairOf)),
    {
      type: "scatter",
      name: label,
      symbol: symbolOf(style),
      symbolSize: 12,
      itemStyle: { color: style.color },
      data: own.map(pairOf),
    },
    ...own.flatMap(({ conversations: at, low, high }) => barOf({ label, style, at, low, high })),
  ];
}

function lineOf(label: string, style: Style, data: readonly (readonly (number | null)[])[]): object {
  const { color, dash } = style;
  return {
    type: "line",
    name: label,
    symbol: symbolOf(style),
    symbolSize: 6,
    showSymbol: true,
    itemStyle: { color },
    lineStyle: { color, type: dash },
    data,
  };
}

/** The interval of one point. */
function barOf(bar: {
  readonly label: string;
  readonly style: Style;
  readonly at: number;
  readonly low: number | null;
  readonly high: number | null;
}): object[] {
  const { label, style, at, low, high } = bar;
  if (low === null || high === null) return [];
  const { color } = style;
  return [
    {
      type: "line",
      name: `${label} interval`,
      symbol: "none",
      silent: true,
      tooltip: { show: false },
      itemStyle: { color },
      lineStyle: { color, width: 1.5 },
      data: [
        [at, low],
        [at, high],
      ],
    },
  ];
}

function styleInPlace(_: string, place: number): Style {
  return styleOf(place);
}
