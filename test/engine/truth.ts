import type { TurnTruth } from "../../src/engine/turn-truth.ts";

/** What a request tells of the truth in a plain sum, with what is not as there. */
export function truthOf(change: Partial<TurnTruth> = {}): TurnTruth {
  return {
    task: "dict-sum",
    prompt: "direct",
    isThinking: false,
    isStateTold: false,
    expected: 42,
    steps: 1,
    visibleTurns: 0,
    wrongShare: 0,
    hasSlipped: false,
    shown: null,
    state: 0,
    values: [42],
    dictionary: [],
    combine: (state, value) => state + value,
    render: String,
    ...change,
  };
}
