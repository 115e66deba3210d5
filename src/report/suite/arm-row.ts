import type { ArmFacts } from "../../settings/arm-facts.ts";
import { proportion } from "../../metrics/proportion.ts";
import { knownSum } from "../../metrics/throughput.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { isMoved } from "../../reading/machine-kinds.ts";
import type { HistoryTally } from "../../store/history-tallies.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import { earlyAndLate } from "./quarters.ts";
import type { SuiteRow } from "./suite-schema.ts";

/** The line of an arm in its experiment's table: what its history showed, what it repaired, what it cost. */
export function armRow({ arm, within, model, setting, label, rows, group }: MeasuredArm): SuiteRow {
  const tallies = rows.flatMap(({ history }) => history ?? []);
  const sum = (name: Exclude<keyof HistoryTally, `${string}Tokens` | "rollout">): number =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  const turns = sum("turns");
  const perTurn = (total: number | null): number | null =>
    total === null || turns === 0 ? null : total / turns;
  const answers = sum("answers");
  return {
    arm,
    model,
    setting: setting === "" ? null : setting,
    planted: plantedLine(within),
    label,
    runs: rows.map(({ id }) => id),
    ...earlyAndLate(rows),
    history: {
      errorShare: answers === 0 ? null : sum("wrong") / answers,
      breakShare: answers === 0 ? null : sum("breaks") / answers,
    },
    repairs: proportion(sum("repaired"), sum("astray")),
    costs: {
      samples: perTurn(sum("samples")),
      prefilledTokens: perTurn(knownSum(tallies, "prefilledTokens")),
      reusedTokens: perTurn(knownSum(tallies, "reusedTokens")),
      decodedTokens: perTurn(knownSum(tallies, "decodedTokens")),
      reasoningTokens: perTurn(knownSum(tallies, "reasoningTokens")),
      engineMs: engineMsPerTurn(group),
    },
  };
}

/** What is planted, and where a suite has several settings under which of them. */
function plantedLine({ planted, setting }: ArmFacts): string | null {
  return planted === undefined || setting === undefined ? (planted ?? null) : `${planted}, ${setting}`;
}

/**
 * Engine time over all turns of all runs, since batches also hold turns of rollouts that do not count. Null where the
 * runs had different speed settings, or machines.
 */
function engineMsPerTurn({ speeds }: ReadGroup): number | null {
  const [only, ...others] = speeds;
  if (only === undefined || others.length > 0 || only.rows.some(({ run }) => isMoved(run))) return null;
  const batches = only.rows.flatMap((one) => one.batches);
  const turns = only.rows.flatMap(({ history }) => history ?? []).reduce((sum, one) => sum + one.turns, 0);
  return batches.length === 0 || turns === 0 ? null : batches.reduce((sum, { ms }) => sum + ms, 0) / turns;
}
