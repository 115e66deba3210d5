import { knownSum } from "../metrics/throughput.ts";
import { isOnGpu } from "../reading/is-on-gpu.ts";
import type { RunRows } from "../reading/rows.ts";
import type { RunSummary } from "./run-schema.ts";

/**
 * What these runs took of the machine's energy, for each token (prefilled or decoded) and each right turn. Unknown where
 * one of them does not tell all: with a GPU that is processor and graphics, else the processor.
 */
export function measureEnergy(runs: readonly RunRows[]): RunSummary["speed"]["energy"] {
  const joules = knownSum(
    runs.map(({ run }) => ({ joules: joulesOf(run) })),
    "joules",
  );
  const totals = runs.map(({ totals: own }) => own);
  const [prefilled, decoded] = [knownSum(totals, "prefilledTokens"), knownSum(totals, "decodedTokens")];
  const tokens = prefilled === null || decoded === null ? null : prefilled + decoded;
  const right = runs.reduce((sum, { rightTurns }) => sum + rightTurns, 0);
  return {
    joules: runs.length === 0 ? null : joules,
    joulesPerToken: over(joules, tokens),
    joulesPerRightTurn: over(joules, right),
  };
}

function joulesOf(run: RunRows["run"]): number | null {
  const { cpuJoules = null, gpuJoules = null } = run.conditions ?? {};
  if (cpuJoules === null || (isOnGpu(run) && gpuJoules === null)) return null;
  return cpuJoules + (gpuJoules ?? 0);
}

function over(joules: number | null, count: number | null): number | null {
  return joules === null || count === null || count === 0 ? null : joules / count;
}
