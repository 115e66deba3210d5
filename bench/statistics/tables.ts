/** Tables of results, beside the commands that make them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** "95.3" of a share. */
export function percentOf(share: number): string {
  return (100 * share).toFixed(1);
}

/** Writes results/NAME and prints it. */
export function writeTable(
  name: string,
  heading: string,
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const text = [
    heading,
    "",
    line(titles),
    `|${titles.map((_, index) => (index === 0 ? "---" : "--:")).join("|")}|`,
    ...rows.map(line),
    "",
  ].join("\n");
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  process.stdout.write(text);
}
