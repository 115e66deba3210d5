import type { Deciding } from "../../figures/pairs.ts";
import { groupBy } from "../../group-by.ts";
import type { ArmFacts } from "../../settings/arm-facts.ts";
import { isBetweenModels } from "../../reading/experiment-kind.ts";
import { samplingNames } from "../../settings/settings.ts";
import { keysFamily } from "./keys-family.ts";

/** Two arms of an experiment that are set side by side. */
export interface Contrast {
  readonly control: string;
  readonly arm: string;
  /** Whether it is the control of all arms, not a further one of this arm. */
  readonly isMain: boolean;
  readonly decidedBy: Deciding;
}

/** An arm as the rows call it, and what it is. */
export interface NamedArm {
  readonly arm: string;
  readonly within: ArmFacts;
}

interface Rule {
  readonly decidedBy: Deciding;
  /** Facts in which arms may differ from their control under one setting. */
  readonly varied: readonly string[];
  /** Whether the first arm is the control where none is known to be: older rows do not say which it was. */
  readonly isFirstControl?: true;
}

/** Facts that change with the way in which an answer is reached: reasoning in words, a reasoning model, a vote. */
const ways = [
  "prompt",
  "promptHash",
  "thinking",
  "thinkingBudget",
  "history",
  "keepReasoning",
  "votes",
  "temperature",
  "maxAnswerTokens",
];

const rules: Readonly<Record<string, Rule>> = {
  degradation: { decidedBy: "turns", varied: ["history"] },
  thinking: { decidedBy: "curve", varied: ways },
  mitigations: { decidedBy: "turns", varied: ways },
  votes: { decidedBy: "turns", varied: ways },
  ablations: {
    decidedBy: "curve",
    varied: ["task", "promptHash", "start", "history", "probe"],
    isFirstControl: true,
  },
  format: { decidedBy: "turns", varied: ["format"] },
  temperature: { decidedBy: "curve", varied: samplingNames },
};

/**
 * Which arms of an experiment are compared with which: each with the control of its own setting, and a check with the
 * thought that it includes, alone, too.
 *
 * @param arms no two of one name; contrasts have their names
 */
export function contrastsOf(kind: string, arms: readonly NamedArm[]): Contrast[] {
  const rule = rules[kind];
  if (rule === undefined) return [];
  return [...groupBy(arms, ({ within }) => within.setting ?? "").values()].flatMap((own) => {
    const known = own.find(({ within }) => within.role === "control");
    const base = known ?? (rule.isFirstControl === true ? own[0] : undefined);
    if (base === undefined) return [];
    const thoughts = own.filter(({ within }) => within.role === "thought");
    return own.flatMap((one) =>
      [base, ...(one.within.role === "check" ? thoughts.filter(isOfMode(one)) : [])]
        .filter((control) => control !== one)
        .map((control) => ({
          control: control.arm,
          arm: one.arm,
          isMain: control === base,
          decidedBy: rule.decidedBy,
        })),
    );
  });
}

/** Rows of earlier versions do not say what their checks and thoughts are by, and are set against all. */
function isOfMode({ within: { mode } }: NamedArm): (other: NamedArm) => boolean {
  return ({ within }) => mode === undefined || within.mode === undefined || within.mode === mode;
}

/** Facts in which arms of an experiment may differ from their control under one setting. */
export function variedFacts(kind: string): readonly string[] {
  return rules[kind]?.varied ?? [];
}

/** How many sizes of turns each mode and setting has. */
function familySizes(arms: readonly NamedArm[]): number[] {
  const families = groupBy(arms, ({ within }) => keysFamily({ model: "", within, facts: {} }));
  return [...families.values()].map(({ length }) => length);
}

/**
 * How many tests decide an experiment of these arms, for one model; with several models the horizon's are between
 * models.
 */
export function testsIn(kind: string, arms: readonly NamedArm[], models: number): number {
  const pairs = (models * (models - 1)) / 2;
  if (isBetweenModels(kind)) return new Set(arms.map(({ arm }) => arm)).size * pairs;
  if (kind === "self-conditioning" || kind === "capacity") return 1;
  if (kind === "turns-against-keys") return Math.max(0, ...familySizes(arms).map((size) => size - 1));
  // The vote is not known before what it is measured by.
  if (kind === "votes") return 2;
  const figures = kind === "format" || kind === "degradation" ? 2 : 1;
  return figures * contrastsOf(kind, arms).length;
}
