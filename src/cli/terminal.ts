import colors from "picocolors";
import { visibleLines } from "../visible-text.ts";

/** How to draw on a stream: its width, whether colours and Unicode are welcome there. */
export interface OutputStyle {
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** NO_COLOR, FORCE_COLOR and TERM are respected; a pipe gets plain text of 100 columns, a dumb terminal no escapes. */
export function outputStyle(stream: NodeJS.WriteStream): OutputStyle {
  const locale = process.env["LC_ALL"] ?? process.env["LC_CTYPE"] ?? process.env["LANG"] ?? "";
  const unicode =
    process.env["TERM"] !== "linux" &&
    (process.platform === "win32" || locale === "" || /utf-?8/i.test(locale));
  const isWanted = stream.isTTY || (process.env["FORCE_COLOR"] ?? "") !== "";
  const color = colors.isColorSupported && isWanted && !isDumb();
  return { width: stream.isTTY ? Math.max(40, stream.columns) : 100, color, unicode };
}

/** Whether lines may be drawn over: bars, and what is erased again. */
export function canDrawOn(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !isDumb();
}

/**
 * Writes a result to stdout, with one line end. Colours aside no escape passes, whoever wrote the text; in JSON what is
 * written in its place means the same.
 */
export function print(text: string): void {
  process.stdout.write(`${harmless(text.replace(/\n$/, ""))}\n`);
}

/** A line on stderr on how things go. */
export function remark(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** One line on stderr on what went wrong. */
export function complain(text: string): void {
  remark(`longhaul: ${text}`);
}

/** Lines for a terminal, with every escape but colours written out. */
export function harmless(text: string): string {
  const parts = text.split(ours);
  return parts.map((part, index) => (index % 2 === 0 ? visibleLines(part) : part)).join("");
}

/** What picocolors writes, and the ends of CSV's lines. */
const ours = new RegExp(String.raw`(\u001b\[\d{1,2}m|\r\n)`);

function isDumb(): boolean {
  return process.env["TERM"] === "dumb";
}
