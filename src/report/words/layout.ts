import type { Colors } from "picocolors/types.js";

/** How a text is to be drawn. */
export interface TextStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
  /** Whether what was tried is told, too; absent: no. */
  readonly isVerbose?: boolean;
}

/** A style with its colours, which do nothing where none are welcome. */
export interface Pen extends TextStyle {
  readonly paint: Colors;
}

/** Breaks a text at spaces into lines of at most `width` columns; lines after the first are indented further. */
export function wrap(text: string, width: number, indent = "  ", hanging = indent): string {
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** A list as lines of at most `width` columns, broken between its items. */
export function wrapList(items: readonly string[], width: number): string {
  const unbroken = items.map((item) => item.replaceAll(" ", "\u00a0")).join(", ");
  return wrap(unbroken, width).replaceAll("\u00a0", " ");
}

/** Every line moved right by two columns. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
