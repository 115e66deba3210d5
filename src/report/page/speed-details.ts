import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { ReadPage } from "../../reading/page.ts";
import { depthsOf } from "../compare/depth-rows.ts";
import { concurrencyLines } from "./concurrency-lines.ts";
import type { PageDocument } from "./page-schema.ts";

/** What the page draws of the rows' speeds. */
export function speedDetails(
  groups: readonly CompareGroup[],
  read: ReadPage,
): Pick<PageDocument, "decodeDepths" | "concurrency"> {
  // Rows are in another order than the groups that were read.
  const rows = groups.flatMap((row) => {
    const group = read.groups.find((one) => one.rows.map(({ id }) => id).join() === row.runs.join());
    return group === undefined ? [] : [{ group, row }];
  });
  return { decodeDepths: depthsOf(rows), concurrency: concurrencyLines(rows) };
}
