import type { Floor } from "../../figures/start-schema.ts";
import { shareText } from "../words/numbers.ts";
import { listed } from "../words/words.ts";
import { tryThese } from "./cures.ts";

/** A row at the floor, and what it may be asked instead. */
export interface FloorFigures {
  readonly label: string;
  readonly floor: Floor;
  /** What to try, in flags. */
  readonly cures: readonly string[];
}

/** A row of whose answers few can be read, and how many of those are right. */
export function floorOfFormSentence({ label, floor: { readable, right }, cures }: FloorFigures): string {
  const { n, correct } = right;
  const found =
    n === 0
      ? ", so nothing can be said of how it does the task"
      : `; of those, ${shareText(right)} are right (${correct.toLocaleString("en")} of ${n.toLocaleString("en")})`;
  return [
    `${label} is at the floor of form: ${shareText(readable)} of its answers can be read${found}.`,
    ...tryThese(cures),
  ].join(" ");
}

/**
 * A row that answers in form, and wrong in the first turns that compose anything: a model that cannot do these has no
 * horizon that could show decay.
 *
 * @param hasHorizon whether turns were played, so that there is one
 * @param slip what most of its wrong numbers fit, in a sentence; null: no cause is shown
 */
export function floorOfTaskSentence(
  { label, floor: { first, readable }, cures }: FloorFigures,
  { hasHorizon, slip }: { readonly hasHorizon: boolean; readonly slip: string | null },
): string {
  const { correct = 0, n = 0, high = null, firstTurn = 1, lastTurn = 1 } = first ?? {};
  const where =
    firstTurn === lastTurn ? `at turn ${firstTurn}` : `in the turns asked from ${firstTurn} to ${lastTurn}`;
  const horizon = hasHorizon ? ", so its horizon says nothing about decay" : "";
  return [
    `${label} is at the floor of the task: ${shareText(readable)} of its answers can be read, and ${where} it is right in ${correct} of ${n} (at most ${Math.ceil(100 * (high ?? 1))} %)${horizon}.`,
    ...(slip === null ? [] : [slip]),
    ...tryThese(cures),
  ].join(" ");
}

/** Arms of an experiment at one floor. */
export interface ArmsAtFloor {
  readonly arms: readonly string[];
  readonly of: Floor["of"];
  /** The first turn that shows it. */
  readonly firstTurn: number;
  /** What most wrong numbers of each of them fit, in a sentence; null: no cause that all share is shown. */
  readonly slip: string | null;
  readonly cures: readonly string[];
}

export function armsAtFloorNote({ arms, of, firstTurn, slip, cures }: ArmsAtFloor): string {
  const [are, their] = arms.length === 1 ? ["is", "its"] : ["are", "their"];
  const why =
    of === "form"
      ? `most of ${their} wrong answers cannot be read`
      : `${their} answers can be read, and most are wrong from turn ${firstTurn} on`;
  return [
    `${listed(arms)} ${are} at the floor of ${of === "form" ? "form" : "the task"}: ${why}.`,
    ...(slip === null ? [] : [slip]),
    ...tryThese(cures),
  ].join(" ");
}
