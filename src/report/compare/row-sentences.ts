import { type Contender, horizonAt, lastTurnOf } from "../../figures/contender.ts";
import type { Floor } from "../../figures/start-schema.ts";
import { curesOf, type Trouble } from "../../settings/cures.ts";
import { coldStartSentence, improvesSentence } from "../sentences/cold-starts.ts";
import { floorOfFormSentence, floorOfTaskSentence } from "../sentences/floors.ts";
import * as row from "../sentences/rows.ts";

/** What is said of a row that stands alone. */
export function aloneSentences(contender: Contender): string[] {
  const { coldStart, floor, mainSlip } = contender;
  // One at the floor has its slip in the sentence on that.
  const isMostly = floor === null && mainSlip !== null && (mainSlip.low ?? 0) > 0.5;
  const isCold = coldStart?.isShown === true;
  return [
    // Where the start is cold, how far it gets is told without it.
    ...(isCold ? coldSentences(contender) : [furthestSentence(contender)]),
    ...(isMostly ? [mainSlip.finding] : []),
  ];
}

/** What else is to be known of a row: that it is at the floor, that it starts cold, that it gets better. */
export function besideSentences(contender: Contender, isAlone: boolean): string[] {
  const { label, floor, improvement } = contender;
  return [
    ...(isAlone ? [] : coldSentences(contender)),
    ...(improvement?.isShown === true ? [improvesSentence(label, improvement)] : []),
    ...(floor === null ? [] : [floorSentence(contender, floor)]),
  ];
}

function floorSentence(contender: Contender, floor: Floor): string {
  const { label, mainSlip, played } = contender;
  const figures = { label, floor, cures: floorCures(contender, floor) };
  if (floor.of === "form") return floorOfFormSentence(figures);
  const hasHorizon = played.some(({ lastTurn }) => lastTurn > 0);
  return floorOfTaskSentence(figures, { hasHorizon, slip: mainSlip?.finding ?? null });
}

/** What a row at the floor may be asked instead; where turn 1 alone shows it, that may be its worst. */
export function floorCures(contender: Contender, { of, first }: Floor, isLevelFixed = false): string[] {
  const isStart = of === "task" && first?.firstTurn === 1;
  return [
    ...curesFor(of, contender, isLevelFixed),
    ...(isStart ? curesFor("start", contender, isLevelFixed) : []),
  ];
}

function curesFor(trouble: Trouble, { rows }: Contender, isLevelFixed = false): string[] {
  const [first] = rows;
  const isFixed = isLevelFixed || rows.some(({ run }) => run.levelSearch !== null);
  if (first === undefined) return [];
  const { settings, model } = first.run;
  return curesOf(trouble, { settings, model, isLevelFixed: isFixed });
}

/** No first error, and enough rollouts left to say so. */
export function isFlawless(contender: Contender): boolean {
  const { taskAccuracy } = contender;
  return lastTurnOf(contender) > 0 && taskAccuracy.every(({ firstErrors }) => firstErrors === 0);
}

function furthestSentence(contender: Contender): string {
  const half = horizonAt(contender, 0.5);
  const figures = { label: contender.label, half };
  if (half.status === "unknown" || half.lastTurn === 0) return row.horizonUnknownSentence(figures);
  if (isFlawless(contender)) return row.noSlipSentence(figures);
  if (half.turns === 1) return row.failsAtOnceSentence(figures);
  return half.turns === null ? row.keepsHalfSentence(figures) : row.fallsBelowHalfSentence(figures);
}

function coldSentences(contender: Contender): string[] {
  const { label, coldStart } = contender;
  return coldStart?.isShown === true
    ? [coldStartSentence(label, coldStart, curesFor("start", contender))]
    : [];
}
