import type { FinishedTurn } from "../rollout/run-rollout.ts";
import type { TurnRow } from "../store/rows.ts";
import { currentParser } from "../tasks/parsers.ts";

/** A finished turn as the store keeps it: the one place where the two shapes meet. */
export function toTurnRow(rollout: number, { turn, asked, result, judged }: FinishedTurn): TurnRow {
  const { verdict, reading, expected, shownBefore, valuesSince } = judged;
  return {
    ...result,
    rollout,
    turn,
    attempt: 1,
    policy: "own",
    injected: false,
    keys: asked.keys,
    value: asked.value,
    truth: asked.truth,
    shownBefore,
    valuesSince,
    expected,
    reasoning: reading.reasoning,
    verdict: { parserVersion: currentParser.version, ...verdict },
  };
}
