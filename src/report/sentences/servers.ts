import { type DifferingTurn, nearTieGap, type ServedAlike } from "../../figures/served-alike.ts";
import { listed } from "../words/words.ts";

/** How alike a model answers in this process and behind a server, and how near the answers that differ were to the other. */
export function servedAlikeNote({ here, there, turns, same, differing }: ServedAlike): string {
  const told = `${there} gives the same answer as ${here} in ${number(same)} of ${number(turns)} turns that were asked alike`;
  if (differing.length === 0) return `${told}.`;
  const near = differing.filter(({ gap }) => gap !== null && gap < nearTieGap);
  const unknown = differing.filter(({ gap }) => gap === null);
  const clear = differing.length - near.length - unknown.length;
  const parts = [
    ...(near.length === 0 ? [] : [`${ties(near.length)} (two tokens within ${nearTieGap} in log-odds)`]),
    ...(clear === 0 ? [] : [`${number(clear)} decided clearly`]),
    ...(unknown.length === 0
      ? []
      : [`${number(unknown.length)} not known how near (--confidence top2 tells)`]),
  ];
  return `${told}; the others: ${listed(parts)}: ${placesText(differing)}.`;
}

function ties(count: number): string {
  return `${number(count)} near ${count === 1 ? "tie" : "ties"}`;
}

const placesTold = 5;

/** Which they are, as far as a line holds. */
function placesText(differing: readonly DifferingTurn[]): string {
  const told = differing
    .slice(0, placesTold)
    .map(
      ({ rollout, turn, here, there }) =>
        `rollout ${rollout}, turn ${turn} (${here ?? "none"} here, ${there ?? "none"} there)`,
    );
  const more = differing.length - told.length;
  return [...told, ...(more === 0 ? [] : [`and ${number(more)} more`])].join("; ");
}

function number(count: number): string {
  return count.toLocaleString("en");
}
