import type { z } from "zod";
import type { ArmFacts } from "../settings/arm-facts.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * A question to models, as the runs that answer it. Each file here is one; what its figures are made of is in the rows,
 * which carry the experiment's and the arm's name.
 */
export interface Experiment<Options extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** What it asks, in a sentence. */
  readonly question: string;
  /** What can be set besides the settings of a run. */
  readonly options: Options;
  /** The runs that are known in advance. Must not depend on the clock or on chance. */
  arms(base: Settings, options: z.infer<Options>, model: ModelFacts): Arm[];
  /** The next run given what those before it found, `arms` among them; null: none. Absent where all are known in advance. */
  next?(base: Settings, options: z.infer<Options>, model: ModelFacts, done: readonly ArmResult[]): Arm | null;
  /** What `next` may come to: of each search the runs that every outcome leads to. Absent where `next` is. */
  searches?(
    base: Settings,
    options: z.infer<Options>,
    model: ModelFacts,
  ): readonly (readonly (readonly Arm[])[])[];
}

/** What arms may depend on. Null: unknown, or a simulated model. */
export interface ModelFacts {
  readonly architecture: string | null;
  /** Whether its template can be told to reason. */
  readonly canReason: boolean;
}

/** One setting under which every model is measured. */
export interface Arm {
  readonly name: string;
  readonly settings: Settings;
  /** Why it makes no sense for this model; null: it does. */
  readonly leftOut: string | null;
  /** The arm whose errors this one replays: its run's number goes into the history. */
  readonly replays?: string;
  /** What it is within the experiment: stands in the row beside the settings, and decides nothing that a model is asked. */
  readonly facts: ArmFacts;
}

/** What an arm found, as far as later arms depend on it. */
export interface ArmResult {
  readonly facts: ArmFacts;
  readonly keysPerTurn: number;
  /** Rollouts that finished their first turn, and those right in it. */
  readonly n: number;
  readonly correct: number;
  /** The mean of a turn, of all its samples; null: not known. */
  readonly decodedTokens: number | null;
}

/** An arm that differs from the base in these. @param facts what it is, if not one of those set against the control */
export function arm(
  name: string,
  base: Settings,
  change: Partial<Settings>,
  facts: Partial<ArmFacts> = {},
): Arm {
  return { name, settings: { ...base, ...change }, leftOut: null, facts: { role: "arm", ...facts } };
}

/** The arm that all others of the experiment are set against. */
export function control(name: string, base: Settings, change: Partial<Settings> = {}): Arm {
  return arm(name, base, change, { role: "control" });
}

/** An arm that this model cannot take part in. */
export function withoutReasoning(one: Arm, { canReason }: ModelFacts): Arm {
  return canReason ? one : { ...one, leftOut: "its chat template knows no reasoning" };
}

/** A share as it stands in names: 0.55 is 55, whatever binary fractions make of it. */
export function percent(share: number): number {
  return Number((100 * share).toFixed(4));
}
