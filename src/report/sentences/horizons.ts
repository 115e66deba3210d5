import { counted } from "../words/words.ts";

/** What stands for a horizon that cannot be read. */
export function unknownHorizon({ cut, begun }: { readonly cut: number; readonly begun: number }): string {
  return `unknown: ${cut.toLocaleString("en")} of ${counted(begun, "rollout")} ${cut === 1 ? "was" : "were"} cut`;
}
