import { horizonName } from "../words/numbers.ts";
import { type CsvCell, csvLine, csvLineEnd } from "../../csv.ts";
import type { Margin } from "../../figures/choice-schema.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import { horizonText } from "../sentences/horizons.ts";
import { depthFields, depthRows } from "./depth-rows.ts";
import { headlineFields } from "./headline-rows.ts";
import { speedLines } from "./speed-lines.ts";
import { tierOf } from "./tier-column.ts";

/** One line for each group, each of its speeds or its depths; plain numbers, empty where unknown (RFC 4180). */
export function renderCompareCsv(document: CompareDocument, metric: Metric): string {
  const { groups, depths, headline = [], thresholds, margin } = document;
  if (depths !== undefined) return csvOf(depthRows(depths), depthFields);
  if (metric === "headline") return csvOf(headline, headlineFields);
  const rows = metric === "speed" ? speedLines(groups) : groups;
  const tier = tierOf(document);
  return csvOf(rows, {
    ...csvFields(thresholds),
    ...(tier === null ? {} : { tier }),
    ...(margin === undefined ? {} : marginFields(margin)),
  });
}

type Fields<Row> = Readonly<Record<string, (row: Row) => CsvCell>>;

function csvOf<Row>(rows: readonly Row[], fields: Fields<Row>): string {
  const lines = rows.map((row) => Object.values(fields).map((field) => field(row)));
  return [Object.keys(fields), ...lines].map(csvLine).join(csvLineEnd);
}

/** What stands of a group in CSV, by column. @param thresholds of its horizons */
export function csvFields(thresholds: readonly number[] = [0.5, 0.8, 0.9]): Fields<CompareGroup> {
  const horizons = thresholds.map(horizonFields);
  return Object.assign({}, turnFields, ...horizons, speedFields) as Fields<CompareGroup>;
}

const turnFields: Fields<CompareGroup> = {
  label: ({ label }) => label,
  runs: ({ runs }) => runs.join(" "),
  file: ({ model }) => model.file,
  parameters: ({ model }) => model.parameters,
  quantization: ({ model }) => model.quantization,
  bytes: ({ model }) => model.bytes,
  bits_per_weight: ({ model }) => model.bitsPerWeight,
  rollouts: ({ rollouts }) => rollouts.counted,
  turns: ({ settings }) => settings.turns,
  turn2_accuracy: ({ turnAccuracy }) => turnAccuracy.find(({ turn }) => turn === 2)?.accuracy ?? null,
  turn_accuracy: ({ overallTurnAccuracy }) => overallTurnAccuracy.accuracy,
  turn_accuracy_low: ({ overallTurnAccuracy }) => overallTurnAccuracy.low,
  turn_accuracy_high: ({ overallTurnAccuracy }) => overallTurnAccuracy.high,
  turn_accuracy_of: ({ turnAccuracyOf }) => turnAccuracyOf,
};

const speedFields: Fields<CompareGroup> = {
  prefill_tokens_per_second: ({ speed }) => speed.aggregate.prefillTokensPerSecond,
  decode_tokens_per_second: ({ speed }) => speed.aggregate.decodeTokensPerSecond,
  decode_conversations: ({ speed }) => speed.aggregate.conversations,
  ttft_ms_p50: ({ speed }) => speed.ttftMs.p50,
  correct_turns_per_second: ({ correctTurnsPerSecond }) => correctTurnsPerSecond,
  peak_rss_bytes: ({ memory }) => memory.peakRssBytes,
  prefill_tokens_per_second_low: ({ speed }) => speed.aggregate.prefillInterval.low,
  prefill_tokens_per_second_high: ({ speed }) => speed.aggregate.prefillInterval.high,
  decode_tokens_per_second_low: ({ speed }) => speed.aggregate.decodeInterval.low,
  decode_tokens_per_second_high: ({ speed }) => speed.aggregate.decodeInterval.high,
  alone_decode_tokens_per_second: ({ speed }) => speed.oneConversation.decodeTokensPerSecond,
  alone_decode_tokens_per_second_low: ({ speed }) => speed.oneConversation.low,
  alone_decode_tokens_per_second_high: ({ speed }) => speed.oneConversation.high,
  busy_time_share: ({ speed }) => speed.disturbance.busyTimeShare,
  slept_time_share: ({ speed }) => speed.disturbance.sleptTimeShare,
  cpu_share: ({ speed }) => speed.disturbance.cpuShare,
  joules_per_token: ({ speed }) => speed.energy.joulesPerToken,
  joules_per_right_turn: ({ speed }) => speed.energy.joulesPerRightTurn,
  floor: ({ floor }) => floor?.of ?? null,
  cold_start: ({ coldStart }) => (coldStart === null ? null : coldStart.isShown ? "shown" : "not shown"),
  main_slip: ({ mainSlip }) => mainSlip?.kind ?? null,
};

/** Empty of the reference. */
function marginFields({ rows }: Margin): Fields<CompareGroup> {
  const rowOf = ({ label }: CompareGroup) => rows.find((row) => row.label === label);
  return {
    margin_verdict: (group) => rowOf(group)?.verdict ?? null,
    margin_threshold: (group) => rowOf(group)?.s ?? null,
    margin_ratio: (group) => rowOf(group)?.ratio ?? null,
    margin_low: (group) => rowOf(group)?.low ?? null,
    margin_high: (group) => rowOf(group)?.high ?? null,
    margin_more_rollouts: (group) => rowOf(group)?.moreRollouts ?? null,
  };
}

/** A number, "> 60" where the turns ended before; nothing where it is unknown. Its interval's ends where they are known. */
function horizonFields(s: number): Fields<CompareGroup> {
  const name = horizonName(s).toLowerCase();
  const horizonOf = ({ horizons }: CompareGroup) => horizons.find((one) => one.s === s);
  return {
    [name]: (group) => {
      const found = horizonOf(group);
      return found === undefined || found.status === "unknown" ? null : (found.turns ?? horizonText(found));
    },
    [`${name}_low`]: (group) => horizonOf(group)?.low ?? null,
    [`${name}_high`]: (group) => horizonOf(group)?.high ?? null,
  };
}
