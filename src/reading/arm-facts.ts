import type { ArmFacts } from "../settings/arm-facts.ts";
import type { StoredSettings } from "../settings/stored.ts";
import { kindOf } from "./experiment-kind.ts";

/**
 * What an arm is within its experiment, as that has stored it. Rows of earlier versions hold names alone: for them, and
 * nowhere else, the name is read.
 *
 * @param asked what the run, or its place in the suite, holds besides the settings
 */
export function armFacts(experiment: string, arm: string, asked: StoredSettings["asked"]): ArmFacts {
  // Whatever an experiment stores of an arm, its role is there.
  return "role" in asked ? (asked as unknown as ArmFacts) : factsOfName(kindOf(experiment), arm);
}

/** How earlier versions called the arms of each experiment; each group is a fact. */
const names: Readonly<Record<string, RegExp>> = {
  horizon: named("own history"),
  degradation: named("(?<control>own history)|healed history"),
  "self-conditioning": named("own history|(?<planted>.*?) ?[\\d.e-]+ %"),
  thinking: named("(?<control>direct)|chain of thought|thinking(?:, kept|, at most \\d+)?"),
  capacity: named("(?<mode>\\S+) K=\\d+(?:(?<search>, search)|(?<fine>))"),
  "turns-against-keys": named("(?:(?<mode>\\S+) )?K=\\d+"),
  mitigations: named(
    "(?<control>own history)|(?<thought>chain of thought|thinking)|(?<check>check first)|" +
      "window of \\d+|majority of \\d+|fresh context, ahead by \\d+|healed every \\d+|recap of the state",
  ),
  ablations: named(
    "dict-sum from a random start|dict-sum, turn \\d+ after (?:nothing to do|a healed history)|[a-z-]+",
  ),
  format: named("(?<control>free form)|integer grammar"),
  temperature: named(
    "(?<control>greedy)|recommended sampling|usual sampling \\(no recommendation known\\)|temperature [\\d.e-]+",
  ),
};

/** Behind the arm's own name stood what the suite called the setting. */
function named(arm: string): RegExp {
  return new RegExp(`^(?:${arm})(?:, (?<setting>.*))?$`);
}

function factsOfName(kind: string, arm: string): ArmFacts {
  const groups = names[kind]?.exec(arm)?.groups ?? {};
  const { mode, planted, setting } = groups;
  const isThere = (name: string): boolean => groups[name] !== undefined;
  return {
    role: (["control", "thought", "check"] as const).find(isThere) ?? "arm",
    ...(mode === undefined ? {} : { mode }),
    ...(isThere("search") || isThere("fine") ? { phase: isThere("search") ? "search" : "fine" } : {}),
    ...(planted === undefined ? {} : { planted }),
    ...(setting === undefined ? {} : { setting }),
  };
}
