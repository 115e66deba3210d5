import { logisticSlope } from "../../metrics/logistic.ts";
import type { Database } from "../../store/database.ts";
import { conditionedTurns } from "../../store/history-tallies.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import type { SuiteSlope } from "./schema.ts";

/**
 * For each model and kind of planted error: how the log-odds of a right turn change with the share of errors shown, over
 * all rates together. The same rollout is one cluster in all arms, since it is one instance. The share is planted, so
 * the slope is the effect of seeing errors, not of being a rollout that errs.
 */
export function slopesOf(database: Database, arms: readonly MeasuredArm[]): SuiteSlope[] {
  const kinds = new Map<string, { model: string; kind: string; runs: RunRecord[] }>();
  for (const { model, runs } of arms)
    for (const run of runs) {
      const kind = kindOf(run);
      if (kind === null) continue;
      const key = JSON.stringify([model, kind]);
      const known = kinds.get(key);
      if (known === undefined) kinds.set(key, { model, kind, runs: [run] });
      else known.runs.push(run);
    }
  return [...kinds.values()].map(({ model, kind, runs }) => {
    const observations = runs.flatMap((run) =>
      conditionedTurns(database, run.id).map(({ rollout, errorShare, isCorrect }) => ({
        cluster: rollout,
        covariate: errorShare,
        isCorrect,
      })),
    );
    const found = logisticSlope(observations);
    const clusters = new Set(observations.map(({ cluster }) => cluster)).size;
    const { slope = null, low = null, high = null } = found ?? {};
    return { model, kind, slope, low, high, clusters };
  });
}

/** The planted error without its rate, and the mode; null where nothing was planted. */
function kindOf({ settings }: RunRecord): string | null {
  const { history, prompt, thinking } = settings;
  if (!history.startsWith("injected:")) return null;
  const parts = history
    .slice("injected:".length)
    .split(",")
    .filter((part) => !part.startsWith("rate=") && !part.startsWith("run="))
    .filter((part) => part !== "block=all" && part !== "role=assistant")
    .map((part) => part.replace("error=", "").replace("magnitude=", "up to ").replace("=", " "));
  const mode = thinking === "on" ? ["thinking"] : prompt === "direct" ? [] : [prompt];
  return [...mode, ...parts].join(", ");
}
