import type { DifferingTurn, ServedAlike } from "../../figures/served-alike.ts";
import { durationText, significant, unknown } from "../words/numbers.ts";
import { listed } from "../words/words.ts";

/** How alike a model answers in this process and behind a server, how near answers that differ were, and what the server costs. */
export function servedAlikeNote(found: ServedAlike): string {
  const { here, there, turns, same, differing, otherwise } = found;
  if (otherwise !== null) return `${wordedOtherwise(found, otherwise)} ${costText(found)}`.trimEnd();
  const told = `${there} gives the same answer as ${here} in ${number(same)} of ${number(turns)} turns that were asked alike`;
  const others = differing.length === 0 ? "" : `; the others: ${othersText(differing)}`;
  return `${told}${others}. ${costText(found)}`.trimEnd();
}

/** That the two were not asked alike. */
function wordedOtherwise(
  { here, there }: ServedAlike,
  tokens: NonNullable<ServedAlike["otherwise"]>,
): string {
  const [mine, theirs] = [tokens.here, tokens.there].map((one) => (one === null ? unknown : number(one)));
  return `${there} is asked in other words than ${here} (a first prompt of ${theirs} tokens against ${mine}), by another chat template, say: their answers are not compared one by one.`;
}

/** What the server costs; empty: not known. */
function costText({ speedHere: here, speedThere: there, isSlowedHere }: ServedAlike): string {
  const rates = [there.turnsPerSecond, here.turnsPerSecond];
  const firsts = [there.ttftMs, here.ttftMs];
  const parts = [
    ...(rates.includes(null)
      ? []
      : [`${rates.map((rate) => significant(rate ?? 0)).join(" against ")} turns a second`]),
    ...(firsts.includes(null)
      ? []
      : [`first tokens after ${firsts.map(durationText).join(" against ")} (p50)`]),
  ];
  const slowed = isSlowedHere ? "; here --confidence took a part of the time" : "";
  return parts.length === 0 ? "" : `Behind the server: ${parts.join(", ")}${slowed}.`;
}

/** Below this either of two tokens may come out, as batches are cut. */
const nearTieGap = 0.05;

/** How near those that differ were to the other answer, and which they are. */
function othersText(differing: readonly DifferingTurn[]): string {
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
  return `${listed(parts)}: ${placesText(differing)}`;
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
