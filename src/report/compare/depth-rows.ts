import type { CompareDocument } from "../../figures/compare-schema.ts";
import { decodeByDepth, type DepthBin } from "../../figures/decode-depths.ts";
import type { Measure } from "../tables/measure-table.ts";
import { conversationsText, rateWithMargin, unknown } from "../words/numbers.ts";
import type { MeasuredRow } from "./compare-rows.ts";
import { speedLines } from "./speed-lines.ts";

type Depths = NonNullable<CompareDocument["depths"]>;

/** How fast each row decoded by depth, each speed setting by itself. */
export function depthsOf(measured: readonly Pick<MeasuredRow, "group" | "row">[]): Depths {
  const lines = speedLines(measured.map(({ row }) => row));
  const rows = measured.flatMap(({ group }) => group.speeds.map((speed) => speed.rows));
  const bins = decodeByDepth(rows);
  return lines.map(({ label }, index) => ({
    label,
    runs: (rows[index] ?? []).map(({ id }) => id),
    bins: bins[index] ?? [],
  }));
}

/** A row of the table: a speed setting at one depth. */
export interface DepthRow {
  readonly label: string;
  /** Null: it has no depths. */
  readonly bin: DepthBin | null;
}

/** In the order of the document. A row of which nothing is known has one line that says so. */
export function depthRows(depths: Depths): DepthRow[] {
  return depths.flatMap(({ label, bins }) =>
    bins.length === 0 ? [{ label, bin: null }] : bins.map((bin): DepthRow => ({ label, bin })),
  );
}

const barWidth = 20;

/** @param mark what bars are drawn with; null: none are */
export function depthColumns(rows: readonly DepthRow[], mark: string | null): Measure<DepthRow>[] {
  const most = Math.max(...rows.map(({ bin }) => bin?.decodeTokensPerSecond ?? 0));
  const bar = ({ bin }: DepthRow): string =>
    (mark ?? "").repeat(Math.round((barWidth * (bin?.decodeTokensPerSecond ?? 0)) / most)) || unknown;
  const columns: Measure<DepthRow>[] = [
    { title: "tokens cached", align: "right", rank: 0, cell: rangeCell },
    { title: "decode t/s", align: "right", rank: 0, cell: ({ bin }) => rateCell(bin) },
    {
      title: "batch",
      align: "right",
      rank: 1,
      cell: ({ bin }) => conversationsText(bin?.conversations ?? null),
    },
    {
      title: "batches",
      align: "right",
      rank: 3,
      cell: ({ bin }) => bin?.batches.toLocaleString("en") ?? unknown,
    },
    { title: "", rank: 2, cell: bar },
  ];
  return mark === null || most === 0 ? columns.slice(0, -1) : columns;
}

function rangeCell({ bin }: DepthRow): string {
  return bin === null ? unknown : `${bin.from.toLocaleString("en")} to ${(bin.to - 1).toLocaleString("en")}`;
}

function rateCell(bin: DepthBin | null): string {
  return bin === null ? unknown : rateWithMargin(bin.decodeTokensPerSecond, bin);
}

/** What stands of a depth in CSV, by column. */
export const depthFields = {
  label: ({ label }: DepthRow) => label,
  from_tokens: ({ bin }: DepthRow) => bin?.from ?? null,
  to_tokens: ({ bin }: DepthRow) => bin?.to ?? null,
  mean_tokens: ({ bin }: DepthRow) => bin?.depth ?? null,
  decode_tokens_per_second: ({ bin }: DepthRow) => bin?.decodeTokensPerSecond ?? null,
  decode_tokens_per_second_low: ({ bin }: DepthRow) => bin?.low ?? null,
  decode_tokens_per_second_high: ({ bin }: DepthRow) => bin?.high ?? null,
  decode_conversations: ({ bin }: DepthRow) => bin?.conversations ?? null,
  batches: ({ bin }: DepthRow) => bin?.batches ?? null,
};
