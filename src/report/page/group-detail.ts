import type { CompareGroup } from "../../figures/compare-schema.ts";
import { tallyOutcomes } from "../../figures/tallies.ts";
import type { ReadPage } from "../../reading/page.ts";
import { outcomeClasses } from "../../store/rows.ts";
import type { RolloutTrack } from "../../store/tracks.ts";
import { depthsOf } from "../compare/depth-rows.ts";
import { speedLines } from "../compare/speed-lines.ts";
import { concurrencyLines } from "./concurrency-lines.ts";
import type { CurvePoint, GroupDetail, OutcomeBin, PageDocument } from "./page-schema.ts";

const pointsAtMost = 300;
const binsAtMost = 60;

/** What figures draw of a row. Its group is found by its runs: rows are in another order. */
export function detailOf(group: CompareGroup, { groups, depths }: ReadPage): Omit<GroupDetail, "beatenBy"> {
  const { label, runs, taskAccuracy, turnAccuracy, settings } = group;
  const at = groups.findIndex(({ rows }) => rows.map(({ id }) => id).join() === runs.join());
  const tracks = groups[at]?.rows.flatMap((rows) => rows.tracks) ?? [];
  const deep = depths[at];
  return {
    label,
    curve: thinned(taskAccuracy.map(pointOf)),
    turnCurve: thinned(turnAccuracy.map(pointOf)),
    outcomes: settings.probe === null ? outcomeBins(tracks) : [],
    depths: deep?.bins ?? [],
    depthsOf: speedLines([group])[deep?.speed ?? 0]?.label ?? label,
  };
}

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

function pointOf({ turn, accuracy, low, high }: CurvePoint): CurvePoint {
  return { turn, accuracy, low, high };
}

/** A long curve with evenly spaced points left out; the last one stays. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const step = Math.max(1, Math.ceil(points.length / pointsAtMost));
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

function outcomeBins(tracks: readonly RolloutTrack[]): OutcomeBin[] {
  const last = tracks.reduce((most, { letters }) => Math.max(most, letters.length), 0);
  const size = Math.max(1, Math.ceil(last / binsAtMost));
  return Array.from({ length: Math.ceil(last / size) }, (_, bin) => {
    const cut = tracks.map((track) => ({
      ...track,
      letters: track.letters.slice(bin * size, (bin + 1) * size),
    }));
    const asked = cut.filter(({ letters }) => letters !== "");
    return {
      firstTurn: bin * size + 1,
      lastTurn: Math.min(last, (bin + 1) * size),
      counts: tallyOutcomes(asked, outcomeClasses),
    };
  });
}
