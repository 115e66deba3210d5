import type { z } from "zod";
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
  /** The next run given what those before it found; null: none. Absent where all are known in advance. */
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
  /** What it was asked for besides the settings of a run, and has to be read by: stands in the row with them. */
  readonly asked?: Readonly<Record<string, number>>;
}

/** What an arm found, as far as later arms depend on it. */
export interface ArmResult {
  readonly arm: string;
  readonly keysPerTurn: number;
  /** Rollouts that finished their first turn, and those right in it. */
  readonly n: number;
  readonly correct: number;
}

/** An arm that differs from the base in these. */
export function arm(name: string, base: Settings, change: Partial<Settings>): Arm {
  return { name, settings: { ...base, ...change }, leftOut: null };
}

/** An arm that this model cannot take part in. */
export function withoutReasoning(one: Arm, { canReason }: ModelFacts): Arm {
  return canReason ? one : { ...one, leftOut: "its chat template knows no reasoning" };
}
