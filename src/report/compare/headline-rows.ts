import type { HeadlinePoint } from "../../figures/headline-schema.ts";
import { deviationSentence, noHeadlineSentence } from "../sentences/headline.ts";
import { horizonWithInterval } from "../sentences/horizons.ts";
import { bitsColumn } from "../tables/bits-column.ts";
import type { Measure } from "../tables/measure-table.ts";
import { parametersText, shareText, unknown } from "../words/numbers.ts";

/** The columns of a table of these points. */
export function headlineColumns(points: readonly HeadlinePoint[]): readonly Measure<HeadlinePoint>[] {
  return [...columns, ...bitsColumn(points, ({ bitsPerWeight }) => bitsPerWeight)];
}

const columns: readonly Measure<HeadlinePoint>[] = [
  { title: "params", align: "right", rank: 3, cell: ({ parameters }) => parametersText(parameters) },
  {
    title: "one turn (95 %)",
    rank: 1,
    cell: ({ oneTurn }) => (oneTurn === null ? unknown : shareText(oneTurn)),
  },
  { title: "behind", rank: 4, cell: ({ oneTurn }) => oneTurn?.behind ?? unknown },
  { title: "H50 (95 %)", rank: 0, cell: ({ horizon }) => horizonWithInterval(horizon) },
  { title: "H50 if all turns were as that one", rank: 2, cell: ({ constant }) => constantText(constant) },
];

/** "69 (35 to 140)"; an end that there is none of is "∞". */
function constantText(constant: HeadlinePoint["constant"]): string {
  if (constant === null) return unknown;
  const [turns, low, high] = [constant.turns, constant.low, constant.high].map(
    (turn) => turn?.toLocaleString("en") ?? "∞",
  );
  return `${turns} (${low} to ${high})`;
}

/** What stands of a model in CSV, by column. */
export const headlineFields = {
  label: ({ label }: HeadlinePoint) => label,
  parameters: ({ parameters }: HeadlinePoint) => parameters,
  bytes: ({ bytes }: HeadlinePoint) => bytes,
  bits_per_weight: ({ bitsPerWeight }: HeadlinePoint) => bitsPerWeight,
  one_turn_accuracy: ({ oneTurn }: HeadlinePoint) => oneTurn?.accuracy ?? null,
  one_turn_accuracy_low: ({ oneTurn }: HeadlinePoint) => oneTurn?.low ?? null,
  one_turn_accuracy_high: ({ oneTurn }: HeadlinePoint) => oneTurn?.high ?? null,
  one_turn_behind: ({ oneTurn }: HeadlinePoint) => oneTurn?.behind ?? null,
  h50: ({ horizon }: HeadlinePoint) => horizon.turns,
  h50_low: ({ horizon }: HeadlinePoint) => horizon.low,
  h50_high: ({ horizon }: HeadlinePoint) => horizon.high,
  last_turn: ({ horizon }: HeadlinePoint) => horizon.lastTurn,
  h50_constant: ({ constant }: HeadlinePoint) => constant?.turns ?? null,
  h50_constant_low: ({ constant }: HeadlinePoint) => constant?.low ?? null,
  h50_constant_high: ({ constant }: HeadlinePoint) => constant?.high ?? null,
};

/** What is said of them: who gets less far, or further, than turns as good as its one turn would bring it. */
export function headlineSentences(points: readonly HeadlinePoint[]): string[] {
  if (points.length === 0) return [noHeadlineSentence()];
  const known = points.filter(({ horizon }) => horizon.status !== "unknown");
  const short = known.filter(
    ({ horizon: { high }, constant }) => high !== null && constant?.low != null && high < constant.low,
  );
  const beyond = known.filter(
    ({ horizon: { low, lastTurn }, constant }) => constant?.high != null && (low ?? lastTurn) > constant.high,
  );
  return short.length + beyond.length === 0 ? [] : [deviationSentence({ short, beyond })];
}
