import colors from "picocolors";

/** How to draw on a stream: its width, whether colours and Unicode are welcome there. */
export interface OutputStyle {
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** NO_COLOR, FORCE_COLOR and TERM are respected; a pipe gets plain text of 100 columns. */
export function outputStyle(stream: NodeJS.WriteStream): OutputStyle {
  const locale = process.env["LC_ALL"] ?? process.env["LC_CTYPE"] ?? process.env["LANG"] ?? "";
  const unicode =
    process.env["TERM"] !== "linux" &&
    (process.platform === "win32" || locale === "" || /utf-?8/i.test(locale));
  const color = colors.isColorSupported && (stream.isTTY || (process.env["FORCE_COLOR"] ?? "") !== "");
  return { width: stream.isTTY ? Math.max(40, stream.columns) : 100, color, unicode };
}

/** Writes a result to stdout, with one line end. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** One line on stderr on what went wrong. */
export function complain(text: string): void {
  process.stderr.write(`longhaul: ${text}\n`);
}
