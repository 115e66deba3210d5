import type { HeadlinePoint } from "../../figures/headline-schema.ts";
import { partText } from "../words/numbers.ts";
import { listed } from "../words/words.ts";
import { horizonWithInterval } from "./horizons.ts";

/** Models that get less far than turns as good as their one turn would bring them, and those that get further. */
export interface Deviations {
  readonly short: readonly HeadlinePoint[];
  readonly beyond: readonly HeadlinePoint[];
}

/** How far models get beside what one turn of each promises. */
export function deviationSentence({ short, beyond }: Deviations): string {
  const clauses = [
    ...(short.length === 0 ? [] : [`${listed(short.map(told))}: less far than one turn promises`]),
    ...(beyond.length === 0 ? [] : [`${listed(beyond.map(told))}: further than one turn promises`]),
  ];
  return `If every turn were as good as one turn, H50 would be another: ${clauses.join("; ")}.`;
}

/** Where single turns alone were asked. */
export function noHeadlineSentence(): string {
  return "No row of these was played, so there is no horizon to set one turn beside: name those that were, too.";
}

function told({ label, horizon, oneTurn, constant }: HeadlinePoint): string {
  const { turns = null, low = null, high = null } = constant ?? {};
  const number = (turn: number | null): string => turn?.toLocaleString("en") ?? "no end";
  const interval = high === null ? `at least ${number(low)}` : `${number(low)} to ${number(high)}`;
  return `${label} gets to ${horizonWithInterval(horizon)}, by its one turn (${partText(oneTurn?.accuracy ?? null, 1)} right) to ${number(turns)} (${interval})`;
}
