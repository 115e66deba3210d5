import { filler } from "./filler.ts";
import { healed, healEvery } from "./healed.ts";
import { injected, type InjectionSource } from "./injected.ts";
import { own } from "./own.ts";
import type { HistoryPolicy, HistorySetting } from "./policy.ts";
import { fresh, recap } from "./recap.ts";
import type { HistorySpec } from "./spec.ts";
import { stripped } from "./stripped.ts";
import { windowOf } from "./window.ts";

/** The table of members: a new one is one file and one line here. */
export function createHistory(
  spec: HistorySpec,
  setting: HistorySetting,
  source: InjectionSource,
): HistoryPolicy {
  switch (spec.kind) {
    case "own":
      return own;
    case "stripped":
      return stripped;
    case "healed":
      return healed(setting);
    case "heal":
      return healEvery(setting, spec.every);
    case "injected":
      return injected(setting, spec, source);
    case "window":
      return windowOf(spec.turns);
    case "recap":
      return recap;
    case "fresh":
      return fresh;
    case "filler":
      return filler(setting);
  }
}

/** Whether a history of this kind needs none of the model's answers. */
export function isGivenHistory({ kind }: HistorySpec): boolean {
  return kind === "healed" || kind === "injected" || kind === "filler";
}
