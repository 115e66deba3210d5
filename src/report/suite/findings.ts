import type { Pair } from "../../figures/pairs.ts";
import { isBetweenModels, kindOf } from "../../reading/experiment-kind.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { Conditioning } from "../compare/conditioning.ts";
import { capacitySentence } from "../sentences/capacity.ts";
import { nothingAnsweredSentence, stoppedArmsSentence } from "../sentences/findings.ts";
import { headlineFindings, horizonFindings, sheetOf } from "./horizon-findings.ts";
import { againstFewestKeys, againstLowestRate, lowArmsSentences } from "./low-arms.ts";
import { isStopped, type MeasuredArm } from "./measured-arm.ts";
import { modelFindings } from "./model-findings.ts";
import { stepsFindings } from "./steps.ts";
import type { SuiteCapacity } from "./suite-schema.ts";

export interface Findings {
  /** All of it, as one text. */
  readonly conclusion: string;
  /** One for each model or kind. */
  readonly findings: readonly string[];
  /** The tests behind them. */
  readonly pairs: readonly Pair[];
}

/** What is known of an experiment besides its arms. */
interface Known {
  /** Of arms that were not stopped. */
  readonly conditioning: Conditioning;
  readonly capacities: readonly SuiteCapacity[];
  /** All runs of the suite. */
  readonly beside: readonly RunRecord[];
}

/** What an experiment says, in words, and its arms' headline. */
export function findingsOf(
  experiment: string,
  arms: readonly MeasuredArm[],
  known: Known,
): Findings & Pick<ReturnType<typeof sheetOf>, "headline"> {
  return { ...findingsIn(kindOf(experiment), arms, known), headline: sheetOf(arms).headline };
}

function findingsIn(
  kind: string,
  arms: readonly MeasuredArm[],
  { conditioning, capacities, beside }: Known,
): Findings {
  if (arms.length === 0) return { conclusion: nothingAnsweredSentence(), findings: [], pairs: [] };
  // Of horizons each row's own sentence says that it was stopped, and a capacity counts whatever answers there are.
  if (kind === "headline") {
    const { sentences, pairs } = headlineFindings(arms, beside);
    return told(sentences, pairs);
  }
  if (isBetweenModels(kind)) return ofHorizons(arms, beside);
  if (kind === "capacity") return told(capacities.map(capacitySentence));
  const stopped = arms.filter(isStopped).map(({ label }) => label);
  const { findings, pairs } = ofArms(kind, arms, conditioning);
  return told([...findings, ...(stopped.length === 0 ? [] : [stoppedArmsSentence(stopped)])], pairs);
}

function ofArms(kind: string, arms: readonly MeasuredArm[], conditioning: Conditioning): Findings {
  const going = arms.filter((arm) => !isStopped(arm));
  switch (kind) {
    case "self-conditioning":
      return told([
        ...conditioning.sentences,
        ...lowArmsSentences(againstLowestRate(going), ({ label }) => label),
      ]);
    case "turns-against-keys":
      return told([
        ...stepsFindings(going),
        ...lowArmsSentences(againstFewestKeys(going), ({ label }) => label),
      ]);
    default: {
      const models = [...new Set(arms.map(({ model }) => model))];
      const parts = models.map((model) => {
        const about = models.length === 1 ? "" : `${model}: `;
        const own = arms.filter((arm) => arm.model === model);
        const { sentences, pairs } = modelFindings(kind, own);
        return { sentences: sentences.map((sentence) => about + sentence), pairs };
      });
      return told(
        parts.flatMap(({ sentences }) => sentences),
        parts.flatMap(({ pairs }) => pairs),
      );
    }
  }
}

function told(sentences: readonly string[], pairs: readonly Pair[] = []): Findings {
  return { conclusion: sentences.join(" "), findings: [...sentences], pairs };
}

/** Of models under one setting alone, the sentence stands by itself, as in a comparison. */
function ofHorizons(arms: readonly MeasuredArm[], beside: readonly RunRecord[]): Findings {
  const { sentences, pairs } = horizonFindings(arms, beside);
  const [only] = sentences;
  return only !== undefined && sentences.length === 1
    ? { conclusion: only, findings: [], pairs }
    : told(sentences, pairs);
}
