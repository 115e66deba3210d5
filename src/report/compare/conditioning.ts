import type { CompareGroup, ConditioningSlope } from "../../figures/compare-schema.ts";
import type { RunRows } from "../../reading/rows.ts";
import { historyFacts } from "../../settings/stored.ts";
import { descriptionSentence, slopeSentence } from "../sentences/conditioning.ts";
import { conditioningSlopes } from "./conditioning-slopes.ts";

export interface Conditioning {
  readonly slopes: ConditioningSlope[];
  readonly sentences: readonly string[];
}

/**
 * What errors that are shown do to later turns: a size for those that were planted; for rows that show a model's own
 * errors only what goes together with them, for much else goes together with those.
 */
export function conditioningOf(
  groups: readonly {
    readonly rows: readonly RunRows[];
    readonly row: Pick<CompareGroup, "label" | "conditioning" | "settings">;
  }[],
): Conditioning {
  const slopes = conditioningSlopes(groups.flatMap(({ rows }) => rows));
  const described = groups.flatMap(({ row: { label, conditioning, settings } }) =>
    conditioning === null || (historyFacts(settings.history)?.planted ?? null) !== null
      ? []
      : [descriptionSentence(label, conditioning)],
  );
  return { slopes, sentences: [...slopes.map(slopeSentence), ...described] };
}
