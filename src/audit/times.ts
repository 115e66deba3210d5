import type { StoredTurn } from "../store/stored-rows.ts";
import type { Findings, Place } from "./findings.ts";

type Times = Pick<StoredTurn, "ttftMs" | "decodeMs" | "interTokenMs" | "cpuMs" | "decodedTokens">;

/** Checks the times of a turn against each other and against how many tokens it has. */
export function checkTimes(
  { ttftMs, decodeMs, interTokenMs, cpuMs, decodedTokens }: Times,
  findings: Findings,
  place: Place,
): void {
  const gaps = Array.isArray(interTokenMs) ? (interTokenMs as readonly number[]) : [];
  if (!(Math.min(ttftMs ?? 0, decodeMs ?? 0, cpuMs ?? 0, ...gaps.slice(0, 1000)) >= 0))
    findings.add("times", "times", "none below 0", [ttftMs, decodeMs, cpuMs], place);
  if (interTokenMs === "unreadable")
    findings.add("times", "inter_token_ms", "a list of numbers", "something else", place);
  if (interTokenMs === null || interTokenMs === "unreadable") return;
  if (decodedTokens !== null)
    findings.equal("times", "length of inter_token_ms", decodedTokens - 1, gaps.length, place);
  if (decodeMs === null) return;
  const sum = gaps.reduce((total, ms) => total + ms, 0);
  // Each is rounded to a microsecond.
  const slack = 0.0006 * gaps.length + 1e-6 * (1 + Math.abs(decodeMs));
  if (!(Math.abs(sum - decodeMs) <= slack))
    findings.add("times", "sum of inter_token_ms", decodeMs, sum, place);
}
