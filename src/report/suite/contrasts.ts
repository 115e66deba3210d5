import type { Deciding } from "../../figures/pairs.ts";
import { keysFamily } from "./keys-family.ts";

/** Two arms of an experiment that are set side by side. */
export interface Contrast {
  readonly control: string;
  readonly arm: string;
  /** Whether it is the control of all arms, not a further one of this arm. */
  readonly isMain: boolean;
  readonly decidedBy: Deciding;
  /** Whether the two can differ before the first error, so that the curves of first errors say something, too. */
  readonly isBeforeErrors: boolean;
}

interface Rule {
  /** Names of the arms that others are compared with, without a setting behind them; by default the first arm. */
  readonly control?: string;
  readonly decidedBy: Deciding;
  /** Facts in which arms may differ from their control under one setting. */
  readonly varied: readonly string[];
  /** Arms that are one conversation with their control up to the first error. */
  readonly alike?: RegExp;
  /** Further controls of some arms. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
}

/** Facts that change with the way in which an answer is reached: reasoning in words, a reasoning model, a vote. */
const ways = [
  "prompt",
  "promptHash",
  "thinking",
  "thinkingBudget",
  "history",
  "votes",
  "temperature",
  "maxAnswerTokens",
];

const rules: Readonly<Record<string, Rule>> = {
  degradation: { control: "own history", decidedBy: "turns", varied: ["history"], alike: /./ },
  thinking: { control: "direct", decidedBy: "curve", varied: ways },
  mitigations: {
    control: "own history",
    decidedBy: "turns",
    varied: ways,
    alike: /^healed/,
    // Checking first includes thinking first, so the check is also set against thinking alone.
    also: { "check first": ["chain of thought", "thinking"] },
  },
  ablations: { decidedBy: "curve", varied: ["task", "promptHash", "start", "history", "probe"] },
  format: { control: "free form", decidedBy: "turns", varied: ["format"] },
  temperature: { control: "greedy", decidedBy: "curve", varied: ["temperature", "topP", "topK"] },
};

/**
 * Which arms of an experiment are compared with which: each with the control of its own setting. Names are those of the
 * rows: an arm's, and the setting's behind it where there are several.
 */
export function contrastsOf(kind: string, arms: readonly string[]): Contrast[] {
  const rule = rules[kind];
  const base = rule?.control ?? arms[0];
  if (rule === undefined || base === undefined) return [];
  return settingsIn(arms, base).flatMap((setting) => {
    const own = arms.filter((arm) => arm.endsWith(setting));
    return own.flatMap((arm) => {
      const name = arm.slice(0, arm.length - setting.length);
      const controls = [base, ...(rule.also?.[name] ?? [])].filter((control) => control !== name);
      return controls
        .map((control) => control + setting)
        .filter((control) => own.includes(control))
        .map((control) => ({
          control,
          arm,
          isMain: control === base + setting,
          decidedBy: rule.decidedBy,
          isBeforeErrors: rule.alike?.test(name) !== true,
        }));
    });
  });
}

/** Facts in which arms of an experiment may differ from their control under one setting. */
export function variedFacts(kind: string): readonly string[] {
  return rules[kind]?.varied ?? [];
}

/** What stands behind the control's name in several arms: ", short" and ", long"; "" where there is one setting. */
function settingsIn(arms: readonly string[], control: string): string[] {
  const behind = arms
    .filter((arm) => arm.startsWith(`${control}, `))
    .map((arm) => arm.slice(control.length))
    .filter((setting) => arms.filter((arm) => arm.endsWith(setting)).length > 1);
  return behind.length > 0 ? behind : [""];
}

/** How many sizes of turns each mode and setting has. */
function familySizes(arms: readonly string[]): number[] {
  const sizes = new Map<string, number>();
  for (const arm of arms) {
    const family = keysFamily({ model: "", arm, facts: {} });
    sizes.set(family, (sizes.get(family) ?? 0) + 1);
  }
  return [...sizes.values()];
}

/**
 * How many tests decide an experiment of these arms, for one model; with several models the horizon's are between
 * models.
 */
export function testsIn(kind: string, arms: readonly string[], models: number): number {
  if (kind === "horizon") return (models * (models - 1)) / 2;
  if (kind === "self-conditioning" || kind === "capacity") return 1;
  if (kind === "turns-against-keys") return Math.max(0, ...familySizes(arms).map((size) => size - 1));
  const figures = kind === "format" || kind === "degradation" ? 2 : 1;
  return figures * contrastsOf(kind, arms).length;
}
