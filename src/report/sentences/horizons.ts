import type { RunHorizon } from "../../figures/run-schema.ts";
import { unknown } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** What is shown of a horizon. */
type ShownHorizon = Pick<
  RunHorizon,
  "s" | "turns" | "low" | "high" | "lastTurn" | "status" | "cut" | "begun"
>;

/** "23", "> 60", "fails at turn 1", "unknown: 19 of 20 rollouts were cut"; "unknown" where none tells of one. */
export function horizonText(horizon: Omit<ShownHorizon, "low" | "high">): string {
  const { s, turns, lastTurn, status } = horizon;
  if (status === "unknown") return unknownHorizon(horizon);
  // Of a stricter threshold the horizon is 1 although most get further.
  if (turns === 1 && s <= 0.5) return "fails at turn 1";
  return turns === null ? `> ${lastTurn.toLocaleString("en")}` : turns.toLocaleString("en");
}

/** "17 to 31", "17 to > 60"; null when the interval says no more than the horizon does. */
export function horizonIntervalText({ low, high, turns, lastTurn, status }: ShownHorizon): string | null {
  if (status === "unknown" || (turns === null && low === null)) return null;
  const bound = (turn: number | null): string =>
    turn === null ? `> ${lastTurn.toLocaleString("en")}` : turn.toLocaleString("en");
  return `${bound(low)} to ${bound(high)}`;
}

/** "23 (17 to 31)", "> 60", "fails at turn 1 (1 to 2)". */
export function horizonWithInterval(horizon: ShownHorizon): string {
  const interval = horizonIntervalText(horizon);
  return interval === null ? horizonText(horizon) : `${horizonText(horizon)} (${interval})`;
}

/** Where a horizon lies in steps, K of them a turn: "26", "109 to 120", "> 120". In its last turn it may have been any key. */
export function stepsText(
  { turns, lastTurn, status }: Pick<RunHorizon, "turns" | "lastTurn" | "status">,
  keysPerTurn: number,
): string {
  if (status === "unknown") return unknown;
  if (turns === null) return `> ${(lastTurn * keysPerTurn).toLocaleString("en")}`;
  const last = (turns * keysPerTurn).toLocaleString("en");
  return keysPerTurn === 1 ? last : `${((turns - 1) * keysPerTurn + 1).toLocaleString("en")} to ${last}`;
}

/** What stands for a horizon that cannot be read. */
function unknownHorizon({ cut, begun }: { readonly cut: number; readonly begun: number }): string {
  return cut === 0
    ? unknown
    : `unknown: ${cut.toLocaleString("en")} of ${counted(begun, "rollout")} ${cut === 1 ? "was" : "were"} cut`;
}
