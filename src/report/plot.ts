/** How large a plot is, and with which characters it may be drawn. */
export interface PlotOptions {
  /** Columns, axis labels included. */
  readonly width: number;
  readonly unicode: boolean;
}

/** Room for "100 % " before the first column. */
const marginWidth = 6;

/**
 * A curve of shares by turn as lines of text, the first value at turn 1: braille dots, or plain characters. The dotted
 * line is one half. Nulls are left blank.
 */
export function renderPlot(values: readonly (number | null)[], { width, unicode }: PlotOptions): string[] {
  const columns = Math.max(10, Math.min(60, width - marginWidth));
  const canvas = unicode ? new BrailleCanvas(columns, 5) : new PlainCanvas(columns, 9);
  const { dotsWide, dotsHigh } = canvas;
  const middle = Math.round((dotsHigh - 1) / 2);
  for (let x = 0; x < dotsWide; x += canvas.dotSpacing) canvas.guide(x, middle);
  let previous: number | null = null;
  for (let x = 0; x < dotsWide; x++) {
    const value = values[Math.round((x * (values.length - 1)) / (dotsWide - 1))] ?? null;
    const y: number | null = value === null ? null : Math.round((1 - value) * (dotsHigh - 1));
    // A fall between two columns is drawn, so that a steep curve stays one line.
    if (y !== null) for (let at = Math.min(y, (previous ?? y) + 1); at <= y; at++) canvas.mark(x, at);
    previous = y;
  }
  return [
    ...canvas.lines().map((line, row, all) => (axisLabel(row, all.length) + line).trimEnd()),
    turnAxis(columns, values.length),
  ];
}

interface Canvas {
  readonly dotsWide: number;
  readonly dotsHigh: number;
  /** Columns from one dot of the half line to the next. */
  readonly dotSpacing: number;
  mark(x: number, y: number): void;
  guide(x: number, y: number): void;
  lines(): string[];
}

/** Two by four dots in each character (Unicode block 2800, bits in the order of the dots' numbers). */
class BrailleCanvas implements Canvas {
  readonly dotsWide: number;
  readonly dotsHigh: number;
  readonly dotSpacing = 4;
  readonly #rows: number[][];
  static readonly #bits = [
    [0x01, 0x02, 0x04, 0x40],
    [0x08, 0x10, 0x20, 0x80],
  ];

  constructor(columns: number, rows: number) {
    this.dotsWide = columns * 2;
    this.dotsHigh = rows * 4;
    this.#rows = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  }

  mark(x: number, y: number): void {
    const row = this.#rows[y >> 2];
    const bit = BrailleCanvas.#bits[x & 1]?.[y & 3] ?? 0;
    if (row !== undefined) row[x >> 1] = (row[x >> 1] ?? 0) | bit;
  }

  guide(x: number, y: number): void {
    this.mark(x, y);
  }

  lines(): string[] {
    // A blank cell is a space, so that line ends can be trimmed.
    return this.#rows.map((row) =>
      row
        .map((bits) => (bits === 0 ? " " : String.fromCodePoint(0x2800 + bits)))
        .join("")
        .trimEnd(),
    );
  }
}

/** One character for each dot. */
class PlainCanvas implements Canvas {
  readonly dotsWide: number;
  readonly dotsHigh: number;
  readonly dotSpacing = 2;
  readonly #rows: string[][];

  constructor(columns: number, rows: number) {
    this.dotsWide = columns;
    this.dotsHigh = rows;
    this.#rows = Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
  }

  mark(x: number, y: number): void {
    this.#set(x, y, "*");
  }

  guide(x: number, y: number): void {
    this.#set(x, y, ".");
  }

  lines(): string[] {
    return this.#rows.map((row) => row.join("").trimEnd());
  }

  #set(x: number, y: number, character: string): void {
    const row = this.#rows[y];
    if (row !== undefined) row[x] = character;
  }
}

function axisLabel(row: number, rows: number): string {
  const label = row === 0 ? "100 %" : row === rows - 1 ? "0 %" : row === (rows - 1) / 2 ? "50 %" : "";
  return `${label.padStart(marginWidth - 1)} `;
}

function turnAxis(columns: number, turns: number): string {
  const last = `turn ${turns}`;
  return `${" ".repeat(marginWidth)}turn 1${last.padStart(Math.max(last.length + 1, columns - "turn 1".length))}`;
}
