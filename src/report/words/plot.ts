import stringWidth from "string-width";

/** How large a plot is, and with which characters it may be drawn. */
export interface PlotOptions {
  /** Columns, axis labels included. */
  readonly width: number;
  readonly unicode: boolean;
}

/** A curve of shares by turn, the first point at turn 1. */
export interface PlotCurve {
  readonly label: string;
  readonly points: readonly {
    readonly accuracy: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

/** More curves than this cannot be told apart. */
export const curvesAtMost = 6;

/** Room for "100 % " before the first column. */
const marginWidth = 6;
const rows = 13;
const marks = "ABCDEF";

/**
 * Curves of shares by turn as lines of text, all on one pair of axes: each with a letter of its own, its 95 % band shaded
 * where no curve lies. One alone is a line of dots. The dotted line is one half; what is unknown is left blank. Below
 * stand the turns and, for several, whose letter is whose.
 */
export function renderPlot(curves: readonly PlotCurve[], { width, unicode }: PlotOptions): string[] {
  const columns = Math.max(10, Math.min(72, width - marginWidth));
  const turns = Math.max(1, ...curves.map(({ points }) => points.length));
  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
  const half = (rows - 1) / 2;
  for (let x = 0; x < columns; x += 2) set(grid, x, half, unicode ? "┄" : ".");
  const shown = curves.slice(0, curvesAtMost);
  for (const curve of shown) shade(grid, curve, turns, unicode ? "░" : ":");
  for (const [index, curve] of shown.entries())
    trace(grid, curve, turns, shown.length === 1 ? (unicode ? "●" : "*") : (marks[index] ?? "?"));
  return [
    ...grid.map((line, row) => (axisLabel(row) + line.join("")).trimEnd()),
    turnAxis(columns, turns),
    ...(shown.length > 1 ? legend(shown, width) : []),
  ];
}

function shade(grid: string[][], { points }: PlotCurve, turns: number, mark: string): void {
  for (let x = 0; x < (grid[0]?.length ?? 0); x++) {
    const point = points[turnAt(grid, x, turns)];
    if (point === undefined || point.low === null || point.high === null) continue;
    for (let y = rowOf(point.high); y <= rowOf(point.low); y++) set(grid, x, y, mark);
  }
}

function trace(grid: string[][], { points }: PlotCurve, turns: number, mark: string): void {
  let previous: number | null = null;
  for (let x = 0; x < (grid[0]?.length ?? 0); x++) {
    const accuracy = points[turnAt(grid, x, turns)]?.accuracy ?? null;
    const y = accuracy === null ? null : rowOf(accuracy);
    // A fall between two columns is drawn, so that a steep curve stays one line.
    if (y !== null) for (let at = Math.min(y, (previous ?? y) + 1); at <= y; at++) set(grid, x, at, mark);
    previous = y;
  }
}

function turnAt(grid: readonly string[][], x: number, turns: number): number {
  const columns = grid[0]?.length ?? 1;
  return Math.round((x * (turns - 1)) / Math.max(1, columns - 1));
}

function rowOf(share: number): number {
  return Math.round((1 - share) * (rows - 1));
}

function set(grid: string[][], x: number, y: number, mark: string): void {
  const line = grid[y];
  if (line !== undefined) line[x] = mark;
}

function axisLabel(row: number): string {
  const label = row === 0 ? "100 %" : row === rows - 1 ? "0 %" : row === (rows - 1) / 2 ? "50 %" : "";
  return `${label.padStart(marginWidth - 1)} `;
}

function turnAxis(columns: number, turns: number): string {
  const last = `turn ${turns}`;
  return `${" ".repeat(marginWidth)}turn 1${last.padStart(Math.max(last.length + 1, columns - "turn 1".length))}`;
}

/** As many names a line as fit. */
function legend(curves: readonly PlotCurve[], width: number): string[] {
  const lines: string[] = [];
  for (const [index, { label }] of curves.entries()) {
    const name = `${marks[index]} ${label}`;
    const last = lines.at(-1);
    if (last === undefined || stringWidth(last) + 3 + stringWidth(name) > width)
      lines.push(`${" ".repeat(marginWidth)}${name}`);
    else lines[lines.length - 1] = `${last}   ${name}`;
  }
  return lines;
}
