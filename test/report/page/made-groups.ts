import { describeGroup } from "../../../src/report/compare/group-row.ts";
import type { CompareGroup, ComparePair } from "../../../src/figures/compare-schema.ts";
import type { RunHorizon } from "../../../src/figures/run-schema.ts";
import { speedOf } from "../../../src/reading/identity.ts";
import type { ModelRow, RunRecord } from "../../../src/store/rows.ts";
import { madeModel, madeRollouts, madeRows, madeRun, madeSettings } from "../runs.ts";

/** A row of a comparison whose H50 is as given, and its rate, of tokens and of right turns. */
export interface MadeGroup {
  readonly label: string;
  readonly half?: Partial<
    Pick<RunHorizon, "turns" | "low" | "high" | "lastTurn" | "status" | "cut" | "begun">
  >;
  readonly rate?: number | null;
  /** Turns of each rollout, of 12. */
  readonly played?: number;
  readonly run?: Partial<RunRecord>;
  readonly model?: Partial<ModelRow>;
}

export function madeGroup({
  label,
  half = {},
  rate = 100,
  played = 12,
  run = {},
  model = {},
}: MadeGroup): CompareGroup {
  const settings = madeSettings({ ...run.settings, rollouts: 8 });
  const setting = madeRun({ ...run, settings, model: madeModel(model) });
  const rows = [madeRows(setting, madeRollouts([3, 5], 8, played))];
  const speeds = [{ setting: speedOf(setting), rows }];
  const made = describeGroup({ rows, leftOut: [], speeds, failed: null }, label, "summary");
  return {
    ...made,
    correctTurnsPerSecond: rate,
    speed: { ...made.speed, aggregate: { ...made.speed.aggregate, ...surely(rate) } },
    horizons: made.horizons.map((one) => (one.s === 0.5 ? { ...one, ...statusOf(half), ...half } : one)),
  };
}

/** A decode rate that is hardly uncertain. */
function surely(rate: number | null): object {
  const decodeInterval = {
    low: rate === null ? null : 0.999 * rate,
    high: rate === null ? null : 1.001 * rate,
  };
  return { decodeTokensPerSecond: rate, decodeInterval };
}

function statusOf({ turns = null }: { readonly turns?: number | null }): Pick<RunHorizon, "status"> {
  return { status: turns === null ? "beyond" : "reached" };
}

/** A pair whose difference is shown, or not; `mean` of the one ahead less that of the other. */
export function madePair(
  ahead: string,
  behind: string,
  { isShown = true, mean = null }: { readonly isShown?: boolean; readonly mean?: number | null } = {},
): ComparePair {
  const pair: Partial<ComparePair> = {
    ahead,
    behind,
    isShown,
    meanTurnsDifference: mean === null ? null : { limit: 12, mean, low: mean - 1, high: mean + 2 },
    verdict: `${ahead} and ${behind}`,
  };
  return pair as ComparePair;
}
