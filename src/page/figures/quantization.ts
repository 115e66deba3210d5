import type { CompareDocument } from "../../figures/compare-schema.ts";
import { speedsApart } from "../../report/compare/machine-kinds.ts";
import { partText, unknown } from "../../report/words/numbers.ts";
import { axes, below, beside, type Figure, text } from "./drawing.ts";
import { type Ground, type Style, styleOf } from "./palette.ts";
import {
  drawnHorizon,
  type Height,
  horizonCells,
  type Point,
  horizonColumns,
  pointSeries,
  scattered,
  topOf,
  turnsName,
} from "./points.ts";

type Group = CompareDocument["groups"][number];
type Agreement = NonNullable<CompareDocument["pairs"][number]["agreement"]>;
interface Row {
  readonly group: Group;
  readonly style: Style;
}

/**
 * What fewer bits cost and bring, of each model that stands there in several quantizations or with several types of KV
 * cache: right turns lost behind one given history, horizon, decode speed.
 *
 * @param whose what their ids end with
 * @param styles of the rows
 */
export function quantizationFigures(
  { groups, pairs }: Pick<CompareDocument, "groups" | "pairs">,
  whose = "",
  styles: readonly Style[] = [],
): Figure[] {
  const rows = groups.map((group, index): Row => ({ group, style: styles[index] ?? styleOf(index) }));
  const families = [...new Set(groups.flatMap(({ family }) => family ?? []))];
  return families.flatMap((family, place) => {
    const own = rows.filter(({ group }) => group.family === family);
    if (new Set(own.map(({ group }) => JSON.stringify([bitsOf(group), cacheOf(group)]))).size < 2) return [];
    const axis = axisOf(own);
    const id = place === 0 ? whose : `${whose}-${place + 1}`;
    const agreements = pairs.flatMap(({ agreement }) => agreement ?? []);
    const given = new Set(agreements.flatMap(({ lesser, reference }) => [lesser, reference]));
    const onTheirOwn = own.filter(({ group }) => !given.has(group.label));
    const played = onTheirOwn.length > 0 ? onTheirOwn : own;
    return [
      lostFigure(own, agreements, axis, id),
      horizonFigure(played, axis, id),
      speedFigure(played, axis, id),
    ];
  });
}

/** Where rows stand from left to right: by bits a weight, or by name where only their KV caches differ. */
interface Axis {
  readonly title: string;
  readonly names: readonly string[] | null;
  of(group: Group): number | string | null;
}

function axisOf(rows: readonly Row[]): Axis {
  // Rows of earlier versions do not know their bits.
  if (new Set(rows.flatMap(({ group }) => bitsOf(group) ?? [])).size > 1)
    return { title: "bits a weight", names: null, of: bitsOf };
  return { title: "KV cache", names: [...new Set(rows.map(({ group }) => cacheOf(group)))], of: cacheOf };
}

function bitsOf({ model }: Group): number | null {
  return model.bitsPerWeight;
}

function cacheOf({ settings }: Group): string {
  return `${settings.kvTypeK ?? unknown}/${settings.kvTypeV ?? unknown}`;
}

/** Against the one with most bits, which stands at nothing lost. */
function lostFigure(rows: readonly Row[], all: readonly Agreement[], axis: Axis, id: string): Figure {
  const labels = new Set(rows.map(({ group }) => group.label));
  const lesser = new Set(all.map((one) => one.lesser));
  const own = all.filter((one) => labels.has(one.lesser) && !lesser.has(one.reference));
  const heightOf = ({ group }: Row): Height | null => {
    const found = own.find((one) => one.lesser === group.label);
    if (found !== undefined)
      return {
        value: found.worse,
        isOpen: false,
        low: found.low ?? found.worse,
        high: found.high ?? found.worse,
      };
    const isReference = own.some(({ reference }) => reference === group.label);
    return isReference ? { value: 0, isOpen: false, low: 0, high: 0 } : null;
  };
  const points = pointsOf(rows, axis, heightOf);
  return {
    id: `quantization-lost${id}`,
    part: "quantization",
    title: `Right turns lost behind one given history, by ${axis.title}`,
    label: own
      .map(
        ({ lesser: name, reference, worse }) =>
          `${name}: ${partText(worse, 1)} fewer right than ${reference}`,
      )
      .join("; "),
    columns: [
      "model",
      axis.title,
      "set against",
      "turns",
      "same answer",
      "right in it alone",
      "right in the other alone",
      "share lost",
      "low",
      "high",
    ],
    rows: own.map((one) => [
      one.lesser,
      placeOf(rows, axis, one.lesser),
      one.reference,
      one.turns,
      one.same,
      one.onlyLesser,
      one.onlyReference,
      one.worse,
      one.low,
      one.high,
    ]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: xAxisOf(axis, ground),
      yAxis: {
        type: "value",
        name: "right turns lost",
        ...beside(ground),
        axisLabel: {
          color: ground.muted,
          formatter: (share: number) => `${Number((100 * share).toFixed(2))} %`,
        },
      },
      series: pointSeries(points, 1, ground),
    }),
  };
}

function horizonFigure(rows: readonly Row[], axis: Axis, id: string): Figure {
  const points = pointsOf(rows, axis, ({ group }) => drawnHorizon(group));
  const top = points.length === 0 ? 10 : topOf(points, false);
  return {
    id: `quantization-horizon${id}`,
    part: "quantization",
    title: `Horizon by ${axis.title}`,
    label: rows.map(({ group }) => `${group.label}: H50 ${horizonCells(group)[0] ?? unknown}`).join("; "),
    columns: ["model", axis.title, ...horizonColumns],
    rows:
      points.length === 0
        ? []
        : rows.map(({ group }) => [group.label, axis.of(group), ...horizonCells(group)]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: xAxisOf(axis, ground),
      yAxis: { type: "value", name: turnsName, ...beside(ground), max: top },
      series: pointSeries(points, top, ground),
    }),
  };
}

function speedFigure(rows: readonly Row[], axis: Axis, id: string): Figure {
  const points = pointsOf(rows, axis, ({ group: { speed } }) => {
    const { decodeTokensPerSecond: value, decodeInterval } = speed.aggregate;
    if (value === null) return null;
    return { value, isOpen: false, low: decodeInterval.low ?? value, high: decodeInterval.high ?? value };
  });
  return {
    id: `quantization-speed${id}`,
    part: "quantization",
    title: `Decode speed by ${axis.title}`,
    label: points.map(({ label, height }) => `${label}: ${text(height.value)} tokens a second`).join("; "),
    notes: speedsApart(
      rows.map(({ group }) => group),
      false,
    ),
    columns: ["model", axis.title, "decode tokens/s", "low", "high"],
    rows: points.map(({ label, x, height }) => [label, x, height.value, height.low, height.high]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: xAxisOf(axis, ground),
      yAxis: { type: "value", name: "decode, tokens/s", min: 0, ...beside(ground) },
      series: pointSeries(points, 0, ground),
    }),
  };
}

function pointsOf(rows: readonly Row[], axis: Axis, heightOf: (row: Row) => Height | null): Point[] {
  return rows.flatMap((row) => {
    const [x, height] = [axis.of(row.group), heightOf(row)];
    const { style, group } = row;
    return x === null || height === null
      ? []
      : [{ label: group.label, style, x, across: null, height, isLesser: false }];
  });
}

function placeOf(rows: readonly Row[], axis: Axis, label: string): number | string | null {
  const row = rows.find(({ group }) => group.label === label);
  return row === undefined ? null : axis.of(row.group);
}

function xAxisOf({ title, names }: Axis, ground: Ground): object {
  const kind = names === null ? { type: "value", scale: true } : { type: "category", data: names };
  return { ...below(title), ...kind, ...axes(ground) };
}
