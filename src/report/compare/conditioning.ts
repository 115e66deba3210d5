import type { CompareGroup } from "../../figures/compare-schema.ts";
import { plantedSettings } from "../../figures/planted-errors.ts";
import type { ConditioningSlope, SlopePair } from "../../figures/slope-schema.ts";
import { groupBy } from "../../group-by.ts";
import type { RunRows } from "../../reading/rows.ts";
import { historyFacts } from "../../settings/stored.ts";
import { descriptionSentence, slopePairsSentence, slopeSentence } from "../sentences/conditioning.ts";
import { conditioningSlopes, slopePairs } from "./conditioning-slopes.ts";

export interface Conditioning {
  readonly slopes: readonly ConditioningSlope[];
  readonly slopePairs: readonly SlopePair[];
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
  const settings = plantedSettings(groups.flatMap(({ rows }) => rows));
  const [slopes, pairs] = [conditioningSlopes(settings), slopePairs(settings)];
  const described = groups.flatMap(({ row: { label, conditioning, settings } }) =>
    conditioning === null || (historyFacts(settings.history)?.planted ?? null) !== null
      ? []
      : [descriptionSentence(label, conditioning)],
  );
  const between = [...groupBy(pairs, ({ kind }) => kind)].map(([kind, own]) => slopePairsSentence(kind, own));
  return {
    slopes,
    slopePairs: pairs,
    sentences: [...slopes.map(slopeSentence), ...between, ...described],
  };
}
