import type { FinishedTurn } from "../rollout/run-rollout.ts";
import type { TurnRow } from "../store/rows.ts";
import { currentParser } from "../tasks/parsers.ts";

/** A finished turn as the store keeps it, a row for each sample: the one place where the two shapes meet. */
export function toTurnRows(rollout: number, finished: FinishedTurn): TurnRow[] {
  const { turn, asked, samples, policy, isInjected, history } = finished;
  return samples.map(({ attempt, sample, result, judged }) => {
    const { verdict, reading, expected, shownBefore, valuesSince, confidence } = judged;
    return {
      ...result,
      rollout,
      turn,
      attempt,
      sample,
      policy,
      injected: isInjected,
      historyAnswers: history.answers,
      historyWrong: history.wrong,
      historyBreaks: history.breaks,
      keys: asked.keys,
      value: asked.value,
      truth: asked.truth,
      shownBefore,
      valuesSince,
      expected,
      reasoning: reading.reasoning,
      confidence,
      verdict: { parserVersion: currentParser.version, ...verdict },
    };
  });
}
