import { type Contender, horizonAt, lastTurnOf } from "../../figures/contender.ts";
import { coldStartSentence, improvesSentence } from "../sentences/cold-starts.ts";
import { type FloorQuestion, floorOfFormSentence, floorOfTaskSentence } from "../sentences/floors.ts";
import * as row from "../sentences/rows.ts";
import { taskOf } from "../words/answers.ts";

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
  const { label, floor, improvement, mainSlip } = contender;
  const figures = floor === null ? null : { label, floor, question: questionOf(contender) };
  return [
    ...(isAlone ? [] : coldSentences(contender)),
    ...(improvement?.isShown === true ? [improvesSentence(label, improvement)] : []),
    ...(figures === null
      ? []
      : figures.floor.of === "form"
        ? [floorOfFormSentence(figures)]
        : [floorOfTaskSentence(figures, mainSlip?.finding ?? null)]),
  ];
}

/** What of a row's question an easier one would change. */
export function questionOf({ settings, played }: Contender): FloorQuestion {
  const task = taskOf(settings);
  return {
    canHaveGrammar: settings.format === "free" && task?.answerForm === "integer",
    isStateful: task?.stateful === true,
    addsUp: task?.addsUp === true,
    usesDictionary: task?.usesDictionary === true,
    hasHorizon: played.some(({ lastTurn }) => lastTurn > 0),
  };
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

function coldSentences({ label, coldStart }: Contender): string[] {
  return coldStart?.isShown === true ? [coldStartSentence(label, coldStart)] : [];
}
