import { rolloutsNeeded } from "../metrics/power.ts";
import type { Database } from "../store/database.ts";
import { type TurnCost, turnCosts } from "../store/turn-costs.ts";
import { printable } from "./labels.ts";
import { type TextStyle, wrap } from "./layout.ts";
import { durationText, significant } from "./numbers.ts";
import { type Column, renderTable } from "./table.ts";

export interface PowerQuestion {
  /** H50 of the model that falls sooner, in turns. */
  readonly horizon: number;
  readonly ratio: number;
  /** Chance of seeing the difference. */
  readonly power: number;
  readonly turns: number | null;
}

export interface PowerRow {
  readonly turns: number;
  /** Of each of the two models. */
  readonly rollouts: number;
  /** How long both models take, at the speed of each model that was measured here. */
  readonly durations: readonly { readonly model: string; readonly ms: number }[];
}

export interface PowerDocument extends PowerQuestion {
  readonly schemaVersion: 1;
  readonly test: string;
  readonly significance: number;
  readonly rows: readonly PowerRow[];
}

/**
 * Sizes of a study that sees a ratio of horizons, for constant step accuracy and the unpaired log-rank test; common
 * instances need fewer.
 *
 * @param database whose runs tell how fast this machine is; null: not known
 */
export function powerDocument(question: PowerQuestion, database: Database | null): PowerDocument {
  const { horizon, ratio, power } = question;
  const furthest = horizon * Math.max(1, ratio);
  const choices =
    question.turns === null
      ? [...new Set([1, 2, 4].map((factor) => Math.ceil(furthest * factor)))]
      : [question.turns];
  const costs = database === null ? [] : turnCosts(database);
  return {
    schemaVersion: 1,
    ...question,
    test: "log-rank",
    significance: 0.05,
    rows: choices.map((turns) => {
      const { rollouts } = rolloutsNeeded(horizon, ratio, turns, power);
      return { turns, rollouts, durations: costs.map((cost) => durationOf(cost, rollouts, turns)) };
    }),
  };
}

function durationOf({ model, msPerTurn }: TurnCost, rollouts: number, turns: number) {
  return { model, ms: 2 * rollouts * turns * msPerTurn };
}

/** The table in words. */
export function describePower(document: PowerDocument, { width }: TextStyle): string {
  const { horizon, ratio, power, rows } = document;
  const models = rows[0]?.durations.map(({ model }) => model) ?? [];
  const columns: Column[] = [
    { title: "turns", align: "right" },
    { title: "rollouts of each model", align: "right" },
    ...models.map((model) => ({ title: `both as fast as ${printable(model)}`, align: "right" as const })),
  ];
  const table = renderTable(
    columns,
    rows.map(({ turns, rollouts, durations }) => [
      turns.toLocaleString("en"),
      rollouts.toLocaleString("en"),
      ...durations.map(({ ms }) => durationText(ms)),
    ]),
  );
  const claim = `To see that one model gets ${significant(ratio)} times as far as another whose H50 is ${significant(horizon)} turns, with a chance of ${significant(power * 100)} % (log-rank test at 0.05, constant step accuracy):`;
  const notes = [
    "Models that stumble over the same instances need fewer: longhaul compare pairs equal seeds.",
    ...(models.length === 0 ? ["How long it takes is not known: no finished run in the file yet."] : []),
  ];
  return [wrap(claim, width, ""), table, ...notes.map((note) => wrap(note, width, ""))].join("\n\n");
}
