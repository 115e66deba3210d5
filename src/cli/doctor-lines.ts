import colors from "picocolors";
import type { Check, DoctorDocument, Place } from "../doctor/doctor-schema.ts";
import { wrap } from "../report/words/layout.ts";
import { visible } from "../visible-text.ts";
import type { OutputStyle } from "./terminal.ts";

/**
 * A line for each check, the worst at a glance, and what they come to.
 *
 * @param paths where the folders are, which the document does not tell; empty: of another machine
 */
export function renderChecks(
  { checks, summary }: DoctorDocument,
  paths: Readonly<Partial<Record<Place["name"], string>>>,
  { width, color }: OutputStyle,
): string {
  const paint = colors.createColors(color);
  const painted = { ok: paint.green, warning: paint.yellow, problem: paint.red };
  const nameWidth = Math.max(...checks.map(({ check }) => check.length));
  const hanging = " ".repeat(stateWidth + nameWidth + 2);
  const lines = checks.map((one) => {
    const text = wrap(visible(withPlace(one, paths)), width, hanging);
    return `${painted[one.state](one.state.padEnd(stateWidth))}${one.check.padEnd(nameWidth)}  ${text.slice(hanging.length)}`;
  });
  return [...lines, "", wrap(summary, width, "")].join("\n");
}

const stateWidth = "problem  ".length;

function withPlace({ check, text }: Check, paths: Readonly<Partial<Record<string, string>>>): string {
  const path = check.endsWith(" folder") ? paths[check.replace(/ folder$/, "")] : undefined;
  return path === undefined ? text : `${path}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
