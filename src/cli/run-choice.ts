import type { RunDocument } from "../figures/run-schema.ts";
import { partsOf } from "../figures/metric.ts";
import { chooseRuns } from "../reading/choose.ts";
import { readGroups } from "../reading/groups.ts";
import type { Source } from "../reading/source.ts";
import { compareGroups } from "../report/compare/compare-document.ts";

/** Which of the models that were run just now to run from here on, as `compare` tells it; nothing where there was no choice. */
export function choiceAmong(source: Source, runIds: readonly number[]): Pick<RunDocument, "recommendation"> {
  if (runIds.length < 2) return {};
  const groups = readGroups(chooseRuns([source], runIds.map(String)), partsOf("summary", false));
  const asked = { by: "model", baseline: null, across: "alike", metric: "summary" } as const;
  const { recommendation } = compareGroups(groups, [], asked);
  return recommendation === undefined ? {} : { recommendation };
}
