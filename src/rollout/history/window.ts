import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

/** The last turns only, after the instructions: the prefix stays in the KV cache, the rest is evaluated anew. */
export function windowOf(turns: number): HistoryPolicy {
  return {
    ...plainView,
    name: `window:${turns}`,
    isInjected: false,
    show: showOwn,
    visible: (past) => past.slice(-turns),
  };
}
