import type { Figure } from "./figures/drawing.ts";

/** The figure's numbers as RFC 4180; unknown is empty. */
export function csvOf({ columns, rows }: Figure): string {
  return [columns, ...rows].map((row) => row.map(field).join(",")).join("\r\n");
}

/** A leading sign or at would be a formula to a spreadsheet; numbers are told apart by their type. */
function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+@-]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
