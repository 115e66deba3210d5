import type { RunStatus } from "../../store/rows.ts";
import type { RunSummary } from "../../figures/run-schema.ts";
import {
  cutBounds,
  dictionaryScope,
  horizonBeyond,
  horizonUnknown,
  interruptedRun,
  lostRollouts,
  survivorsOnly,
} from "../sentences/cautions.ts";
import { coarseHorizons } from "./coarse-horizons.ts";
import { endWords } from "../words/words.ts";
import { rolloutEnds } from "../../store/rows.ts";

type Measured = Pick<RunSummary, "rollouts" | "horizons" | "dictionaries"> & {
  readonly status: RunStatus;
  readonly settings: Pick<RunSummary["settings"], "turns" | "until">;
};

/** The strictest of the usual horizons. */
const strictest = [0.9];

/**
 * What a reader of the figures must know, beside what the engine itself warned of.
 *
 * @param thresholds of the horizons of which it is told that they rest on few rollouts
 */
export function derivedWarnings(run: Measured, thresholds: readonly number[] = strictest): string[] {
  const { status, rollouts, horizons, dictionaries, settings } = run;
  const { planned, begun, counted, ended } = rollouts;
  const half = horizons.find(({ s }) => s === 0.5);
  const lost = rolloutEnds.filter(
    (end) => end !== "complete" && !(end === "interrupted" && status === "interrupted") && ended[end] > 0,
  );
  const isShared = dictionaries.holdsForTheseOnly && counted > 0;
  return [
    ...(status === "interrupted" ? [interruptedRun({ complete: ended.complete, planned, begun })] : []),
    ...lost.map((end) =>
      lostRollouts({
        lost: ended[end],
        begun,
        how: endWords[end],
        unbegun: end === "floor" ? planned - begun : 0,
      }),
    ),
    ...(half !== undefined && half.cut > 0 ? [cutBounds(half.cut)] : []),
    ...(half?.status === "unknown" && half.cut > 0 ? [horizonUnknown(half, half.lastTurn)] : []),
    ...(half?.status === "beyond" ? [horizonBeyond(half.lastTurn, remedyOf(run, half.lastTurn))] : []),
    ...coarseHorizons(run, thresholds),
    ...(isShared ? [dictionaryScope(dictionaries.count)] : []),
    ...(settings.until === "first-error" ? [survivorsOnly()] : []),
  ];
}

/** What would show a horizon that lies beyond the last turn that can be read. */
function remedyOf({ rollouts: { ended }, settings }: Measured, lastTurn: number) {
  const isFull = ended.context_full > 0;
  if (lastTurn >= settings.turns) return isFull ? "both" : "--turns";
  return isFull ? "--context" : null;
}
