import { type Contender, horizonAt, lastTurnOf } from "../../figures/contender.ts";
import type { Floor } from "../../figures/start-schema.ts";
import { modelOf } from "../../reading/identity.ts";
import { curesOf, type Trouble } from "../../settings/cures.ts";
import type { RunRecord } from "../../store/rows.ts";
import { coldStartSentence, improvesSentence } from "../sentences/cold-starts.ts";
import { floorOfFormSentence, floorOfTaskSentence } from "../sentences/floors.ts";
import * as row from "../sentences/rows.ts";

/** What is said of a row that stands alone. */
export function aloneSentences(contender: Contender, beside: readonly RunRecord[]): string[] {
  const { coldStart, floor, mainSlip } = contender;
  // One at the floor has its slip in the sentence on that.
  const isMostly = floor === null && mainSlip !== null && (mainSlip.low ?? 0) > 0.5;
  const isCold = coldStart?.isShown === true;
  return [
    // Where the start is cold, how far it gets is told without it.
    ...(isCold ? coldSentences(contender, beside) : [furthestSentence(contender)]),
    ...(isMostly ? [mainSlip.finding] : []),
  ];
}

/**
 * What else is to be known of a row: that it is at the floor, that it starts cold, that it gets better.
 *
 * @param beside all runs of the document, its own included
 */
export function besideSentences(
  contender: Contender,
  isAlone: boolean,
  beside: readonly RunRecord[],
): string[] {
  const { label, floor, improvement } = contender;
  return [
    ...(isAlone ? [] : coldSentences(contender, beside)),
    ...(improvement?.isShown === true ? [improvesSentence(label, improvement)] : []),
    ...(floor === null ? [] : [floorSentence(contender, floor, beside)]),
  ];
}

function floorSentence(contender: Contender, floor: Floor, beside: readonly RunRecord[]): string {
  const { label, mainSlip, played } = contender;
  const figures = { label, floor, cures: floorCures(contender, floor, beside) };
  if (floor.of === "form") return floorOfFormSentence(figures);
  const hasHorizon = played.some(({ lastTurn }) => lastTurn > 0);
  return floorOfTaskSentence(figures, { hasHorizon, slip: mainSlip?.finding ?? null });
}

/** What a row at the floor may be asked instead; where turn 1 alone shows it, that may be its worst. */
export function floorCures(
  contender: Contender,
  { of, first }: Floor,
  beside: readonly RunRecord[],
  isLevelFixed = false,
): string[] {
  const isStart = of === "task" && first?.firstTurn === 1;
  return [
    ...curesFor(of, contender, beside, isLevelFixed),
    ...(isStart ? curesFor("start", contender, beside) : []),
  ];
}

function curesFor(
  trouble: Trouble,
  { rows: [first] }: Contender,
  beside: readonly RunRecord[],
  isLevelFixed = false,
): string[] {
  if (first === undefined) return [];
  const { settings, model } = first.run;
  const own = beside.filter((run) => modelOf(run) === modelOf(first.run));
  return curesOf(trouble, {
    settings,
    model,
    isLevelFixed: isLevelFixed || own.some(({ levelSearch }) => levelSearch !== null),
    beside: own.map((run) => run.settings),
  });
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

function coldSentences(contender: Contender, beside: readonly RunRecord[]): string[] {
  const { label, coldStart } = contender;
  return coldStart?.isShown === true
    ? [coldStartSentence(label, coldStart, curesFor("start", contender, beside))]
    : [];
}
