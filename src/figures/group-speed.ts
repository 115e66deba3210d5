import type { ReadSpeed } from "../reading/groups.ts";
import type { RunRows } from "../reading/rows.ts";
import type { CompareGroup } from "./compare-schema.ts";
import { measureMemory } from "./measures.ts";
import { measureSpeed, unlikeSpeed } from "./speed.ts";
import { engineMs } from "./turn-rate.ts";

type GroupSpeed = Pick<
  CompareGroup,
  "speed" | "memory" | "speeds" | "correctTurnsPerSecond" | "tokensPerCorrectTurn"
>;

/** How fast a row's runs went, each speed setting by itself; under several, the row as a whole has no speed. */
export function groupSpeed(speeds: readonly ReadSpeed[]): GroupSpeed {
  const rows = speeds.map(speedRow);
  const [only, ...others] = rows;
  if (only !== undefined && others.length === 0) {
    const { speed, memory, correctTurnsPerSecond, tokensPerCorrectTurn } = only;
    return { speed, memory, correctTurnsPerSecond, tokensPerCorrectTurn, speeds: rows };
  }
  return {
    speed: unlikeSpeed(rows.map(({ speed }) => speed)),
    memory: { peakRssBytes: null, kvBytes: null, vramBytes: null },
    correctTurnsPerSecond: null,
    tokensPerCorrectTurn: null,
    speeds: rows,
  };
}

/** One speed setting of the row: never pooled with another. */
function speedRow({ setting, rows }: ReadSpeed): CompareGroup["speeds"][number] {
  const speed = measureSpeed(rows);
  const { "llama.cpp": llamaCpp, ...settings } = setting;
  return {
    runs: rows.map(({ id }) => id),
    ...settings,
    llamaCpp,
    speed,
    memory: measureMemory(rows),
    ...throughputOf(rows, speed),
  };
}

/** @param rows runs of one speed setting */
function throughputOf(
  rows: readonly RunRows[],
  speed: CompareGroup["speed"],
): Pick<CompareGroup, "correctTurnsPerSecond" | "tokensPerCorrectTurn"> {
  const ms = engineMs(rows);
  const right = rows.reduce((sum, { rightTurns }) => sum + rightTurns, 0);
  const { prefillTokens, decodeTokens } = speed;
  const tokens = prefillTokens === null || decodeTokens === null ? null : prefillTokens + decodeTokens;
  return {
    correctTurnsPerSecond: ms > 0 ? (1000 * right) / ms : null,
    tokensPerCorrectTurn: tokens === null || right === 0 ? null : tokens / right,
  };
}
