/**
 * What a study of 200 million turns costs, from what was measured: fits the results of merge-cost, models-cost and readers,
 * shows how far each fit is off where it was measured, and puts the tables into docs/scale.md.
 * usage: npx tsx bench/scale/study.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Cost {
  readonly cpuMs: number;
  readonly bytes: number;
}
interface Merged {
  readonly turns: number;
  readonly runs: number;
  readonly fileBytes: number;
  readonly costs: Readonly<Record<string, Cost>>;
}
interface Models {
  readonly models: number;
  readonly turns: number;
  readonly costs: Readonly<Record<"compare" | "report", Cost>>;
}
interface Read {
  readonly turns: number;
  readonly fileBytes: number;
  readonly parquetBytes: number;
  readonly "to-parquet": { readonly cpuS: number; readonly bytes: number };
  readonly costs: Readonly<Record<string, { readonly cpuS: number; readonly bytes: number }>>;
}

/** 100 models, 10 settings, 1,000 rollouts of 200 turns, each run in 8 shares. */
const study = { turns: 200_000_000, runs: 8000 };
/** One of its settings: what a comparison sets side by side. */
const setting = { turns: 20_000_000, runs: 800 };

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "results", `${name}.json`), "utf8"));
const merged = read("merge-cost") as Merged[];
const models = read("models-cost") as Models[];
const readers = read("readers") as Read[];
const few = merged.filter(({ runs }) => runs === 40);
const largest = few.at(-1) as Merged;

type Size = Readonly<Record<"turns" | "runs", number>>;
interface Point extends Size {
  readonly value: number;
}

/** a + b turns (+ c runs), by least squares of what it is off in parts of the value; what is below nothing is left out. */
function fitted(points: readonly Point[], names: readonly ("turns" | "runs")[]): (size: Size) => number {
  const rowOf = (size: Size): number[] => [1, ...names.map((name) => size[name])];
  const rows = points.map((point) => rowOf(point).map((part) => part / point.value));
  const width = names.length + 1;
  const equations = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + at(row, i) * at(row, j), 0)),
    rows.reduce((sum, row) => sum + at(row, i), 0),
  ]);
  const solution = solved(equations);
  return (size) => rowOf(size).reduce((sum, part, index) => sum + part * at(solution, index), 0);
}

/** By Gauss, the largest of each column first. */
function solved(equations: number[][]): number[] {
  for (let column = 0; column < equations.length; column++) {
    const rest = equations
      .slice(column)
      .toSorted((a, b) => Math.abs(at(b, column)) - Math.abs(at(a, column)));
    equations.splice(column, rest.length, ...rest);
    const pivot = equations[column] as number[];
    for (const row of equations)
      if (row !== pivot) {
        const factor = at(row, column) / at(pivot, column);
        for (let index = 0; index < row.length; index++)
          row[index] = at(row, index) - factor * at(pivot, index);
      }
  }
  return equations.map((row, index) => at(row, equations.length) / at(row, index));
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? Number.NaN;
}

interface Quantity {
  readonly name: string;
  readonly points: readonly Point[];
  readonly told: (value: number) => string;
  readonly of: Size;
  /** What is measured for itself: tests of pairs. */
  readonly beside?: number;
}

const pointsOf = (from: readonly Merged[], value: (one: Merged) => number | undefined): Point[] =>
  from.flatMap((one) => {
    const known = value(one);
    return known === undefined ? [] : [{ turns: one.turns, runs: one.runs, value: known }];
  });
const timesOf = (name: string): Point[] => pointsOf(merged, ({ costs }) => costs[name]?.cpuMs);
const memoryOf = (name: string): Point[] => pointsOf(few, ({ costs }) => costs[name]?.bytes);

const hundred = models.filter((one) => one.models === 100).at(-1) as Models;
/** Of 100 models with 1,000 rollouts each: what is above the same turns in ten rows. */
const pairsMs = (name: "compare" | "report"): number =>
  hundred.costs[name].cpuMs - fitted(timesOf(name), ["turns"])({ turns: hundred.turns, runs: 100 });

const quantities: Quantity[] = [
  { name: "file", points: pointsOf(merged, ({ fileBytes }) => fileBytes), told: gigabytes, of: study },
  { name: "`merge` into a new file", points: timesOf("merge"), told: duration, of: study },
  { name: "`merge` again, all known", points: timesOf("merge again"), told: duration, of: study },
  { name: "`verify --file`", points: timesOf("verify --file"), told: duration, of: study },
  { name: "memory of `merge`", points: memoryOf("merge"), told: gigabytes, of: study },
  {
    name: "`compare` of one setting",
    points: timesOf("compare"),
    told: duration,
    of: setting,
    beside: pairsMs("compare"),
  },
  { name: "its memory", points: memoryOf("compare"), told: gigabytes, of: setting },
  {
    name: "`report` of one setting",
    points: timesOf("report"),
    told: duration,
    of: setting,
    beside: pairsMs("report"),
  },
  { name: "its memory", points: memoryOf("report"), told: gigabytes, of: setting },
];

function rowOf({ name, points, told, of, beside = 0 }: Quantity): string {
  const isByRuns = points.some(({ runs }) => runs !== 40);
  const names = isByRuns ? (["turns", "runs"] as const) : (["turns"] as const);
  const fit = fitted(points, names);
  const off = (one: typeof fit, point: Point): string => percent(one(point) / point.value - 1);
  const measuredAt = [100_000, 1_000_000, largest.turns].map((turns) =>
    points.find((point) => point.turns === turns && point.runs === 40),
  );
  const smaller = fitted(
    points.filter(({ turns }) => turns < largest.turns),
    names,
  );
  const cells = [
    ...measuredAt.map((point) => (point === undefined ? "" : `${told(point.value)} (${off(fit, point)})`)),
    measuredAt[2] === undefined ? "" : off(smaller, measuredAt[2]),
    told(fit(of) + beside),
  ];
  return `| ${[name, ...cells].join(" | ")} |`;
}

function costTable(): string[] {
  return [
    `| | 100,000 turns | 1 million | ${largest.turns / 1e6} million | the two smaller alone, at ${largest.turns / 1e6} million | the study |`,
    "|---|--:|--:|--:|--:|--:|",
    ...quantities.map(rowOf),
  ];
}

function modelsTable(): string[] {
  const line = ({ models: count, turns, costs }: Models): string => {
    const cells = [count, Math.round(turns / 50 / count), turns, (count * (count - 1)) / 2].map((one) =>
      one.toLocaleString("en"),
    );
    const times = [costs.compare, costs.report].flatMap(({ cpuMs, bytes }) => [
      duration(cpuMs),
      gigabytes(bytes),
    ]);
    return `| ${[...cells, ...times].join(" | ")} |`;
  };
  return [
    "| models | rollouts of each | turns | pairs | `compare` | memory | `report` | memory |",
    "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...models.map(line),
  ];
}

const readerNames = {
  "sqlite-view": "SQLite, the view `turn_accuracy`",
  sqlite: "SQLite, `turn` joined with `verdict`",
  "duckdb-sqlite": "DuckDB on the same file",
  "duckdb-parquet": "DuckDB on a Parquet file of it",
};

function readersTable(): string[] {
  const compared = readers.map(({ turns }) => few.find((one) => one.turns === turns)?.costs["compare"]);
  const cell = (cost: { readonly cpuS: number; readonly bytes: number }): string =>
    `${duration(1000 * cost.cpuS)}, ${gigabytes(cost.bytes)}`;
  const line = (name: string, costs: readonly string[]): string => `| ${[name, ...costs].join(" | ")} |`;
  return [
    line(
      "",
      readers.map(({ turns }) => `${turns / 1e6} million turns`),
    ),
    `|---|${readers.map(() => "--:").join("|")}|`,
    ...Object.entries(readerNames).map(([kind, name]) =>
      line(
        name,
        readers.map(({ costs }) => (costs[kind] === undefined ? "" : cell(costs[kind]))),
      ),
    ),
    line(
      "making that Parquet file",
      readers.map((one) => cell(one["to-parquet"])),
    ),
    line(
      "its size, of the file's",
      readers.map((one) => `${gigabytes(one.parquetBytes)} of ${gigabytes(one.fileBytes)}`),
    ),
    line(
      "`longhaul compare`, with every test and figure",
      compared.map((one) => (one === undefined ? "" : cell({ cpuS: one.cpuMs / 1000, bytes: one.bytes }))),
    ),
  ];
}

function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 180 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
}

function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(0)} %`;
}

const tables = { costs: costTable(), models: modelsTable(), readers: readersTable() };
const path = join(import.meta.dirname, "../../docs/scale.md");
let text = readFileSync(path, "utf8");
for (const [name, lines] of Object.entries(tables)) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`);
  if (!place.test(text)) throw new Error(`docs/scale.md has no place for the table ${name}`);
  text = text.replace(place, (_, begin: string, end: string) => `${begin}${lines.join("\n")}\n${end}`);
}
writeFileSync(path, text);
process.stdout.write(
  Object.values(tables)
    .map((lines) => lines.join("\n"))
    .join("\n\n"),
);
process.stdout.write("\n");
