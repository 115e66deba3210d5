import type { HeadlinePoint } from "../../figures/headline-schema.ts";
import { headlineSheet } from "../compare/headline-sheet.ts";
import { isMeasured } from "../../figures/contender.ts";
import { type Pair, ranked, testPairs } from "../../figures/pairs.ts";
import { unlikeText } from "../compare/unlike-settings.ts";
import { conclusionOf } from "../compare/conclusion.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * A sentence for each setting, since models under different settings answer different questions, and the tests behind them.
 *
 * @param beside all runs of the document
 */
export function horizonFindings(
  arms: readonly MeasuredArm[],
  beside: readonly RunRecord[],
): { sentences: string[]; pairs: Pair[] } {
  const classes: MeasuredArm[][] = [];
  for (const one of arms) {
    const known = classes.find(
      ([first]) => first !== undefined && unlikeText([first.contender, one.contender]) === null,
    );
    if (known === undefined) classes.push([one]);
    else known.push(one);
  }
  const parts = classes.map((own) => {
    const contenders = own.map(({ contender }) => contender);
    const pairs = testPairs(ranked(contenders.filter(isMeasured)), { baseline: null });
    return { sentence: conclusionOf(contenders, { pairs, beside }), pairs };
  });
  return {
    sentences: parts.map(({ sentence }) => sentence),
    pairs: parts.flatMap(({ pairs }) => pairs),
  };
}

/** The same of the arms whose turns were played, and what is said of these beside single turns. */
export function headlineFindings(
  arms: readonly MeasuredArm[],
  beside: readonly RunRecord[],
): { sentences: string[]; pairs: Pair[] } {
  const played = arms.filter(({ contender }) => contender.settings.probe === null);
  const { sentences, pairs } = horizonFindings(played, beside);
  return { sentences: [...sentences, ...sheetOf(arms).sentences], pairs };
}

/** The headline of these arms. */
export function sheetOf(arms: readonly MeasuredArm[]): {
  readonly headline: readonly HeadlinePoint[];
  readonly sentences: readonly string[];
} {
  return headlineSheet(arms.map(({ row }) => row));
}
