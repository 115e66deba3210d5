import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { ReadPage } from "../../reading/page.ts";
import { settingDifferences } from "../../reading/settings.ts";
import { compareGroups } from "../compare/compare-document.ts";
import { slipLines } from "../compare/slip-lines.ts";
import { cautionsOf } from "./cautions.ts";
import { quantizationFamilies } from "./families.ts";
import { detailOf, speedDetails } from "./group-detail.ts";
import { leftOutNotes } from "./left-out.ts";
import type { PageDocument } from "./page-schema.ts";

/** How its rows are compared, as of a page. */
interface ComparisonRequest {
  readonly isAcross: boolean;
  readonly thresholds?: readonly number[];
}

type ComparedRows = Pick<
  PageDocument,
  "comparison" | "details" | "cautions" | "slipLines" | "unlike" | "families" | "decodeDepths" | "concurrency"
>;

/** The comparison that a page shows, and what is drawn and said of its rows. */
export function comparedRows(read: ReadPage, db: string, request: ComparisonRequest): ComparedRows {
  const comparison = read.groups.length > 0 ? comparisonOf(read, db, request) : null;
  const groups = comparison?.groups ?? [];
  const choice = comparison?.recommendation;
  const beatenBy = (label: string): readonly string[] =>
    choice?.rows.find((row) => row.label === label)?.beatenBy ?? [];
  const unlike = settingDifferences(groups);
  return {
    comparison,
    details: groups.map((group) => ({ ...detailOf(group, read), beatenBy: beatenBy(group.label) })),
    cautions: cautionsOf(groups, comparison?.thresholds),
    slipLines: slipLines(groups),
    unlike: unlike.filter((name) => name !== "promptHash"),
    families: comparison === null ? [] : quantizationFamilies(comparison),
    ...speedDetails(groups, read),
  };
}

/** As `compare` has it. Rows that were asked different things stand side by side; tested are those alike, or all if asked. */
function comparisonOf(
  read: ReadPage,
  db: string,
  { isAcross, thresholds = [] }: ComparisonRequest,
): CompareDocument {
  const compared = compareGroups(read.groups, leftOutNotes(read), {
    by: "model",
    baseline: null,
    across: isAcross ? "all" : "alike",
    metric: "slips",
    thresholds,
  });
  return { schemaVersion: 1, db: [db], ...compared };
}
