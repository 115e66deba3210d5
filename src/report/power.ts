import { rolloutsNeeded } from "../metrics/power.ts";
import type { SpeedSettings, StudyCost } from "../reading/costs.ts";
import { visible } from "../visible-text.ts";
import { type TextStyle, wrap } from "./words/layout.ts";
import { durationText } from "./words/numbers.ts";
import {
  dictionariesCount,
  dictionariesSuffice,
  dictionariesTooFew,
  durationUnknown,
  sizesSuppose,
  sizesWanted,
  timedBy,
} from "./sentences/power.ts";
import { type Column, renderTable } from "./words/table.ts";
import { counted } from "./words/words.ts";

export { fewestDictionaries } from "../metrics/dictionary-clusters.ts";

export interface PowerQuestion {
  /** H50 of the model that falls sooner, in turns. */
  readonly horizon: number;
  readonly ratio: number;
  /** Chance of seeing the difference. */
  readonly power: number;
  readonly turns: number | null;
  /** Different dictionaries that the rollouts share; null: every rollout has its own. */
  readonly dictionaries: number | null;
}

export interface PowerRow {
  readonly turns: number;
  /** Of each of the two models, every one with a dictionary of its own; of rollouts that share them, dictionaries. */
  readonly rollouts: number;
  /** Whether there are as many dictionaries as that; null where every rollout has its own. */
  readonly hasEnoughDictionaries: boolean | null;
  /** How long both models take, at the speed of each model that was measured here. */
  readonly durations: readonly StudyDuration[];
}

/** By one run of the file. */
export interface StudyDuration extends Pick<StudyCost, "model" | "runId" | "speed" | "isOnlySpeed"> {
  readonly ms: number;
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
 * @param costs of a turn of each model that was measured
 */
export function powerDocument(question: PowerQuestion, costs: readonly StudyCost[]): PowerDocument {
  const { horizon, ratio, power } = question;
  const furthest = horizon * Math.max(1, ratio);
  const choices =
    question.turns === null
      ? [...new Set([1, 2, 4].map((factor) => Math.ceil(furthest * factor)))]
      : [question.turns];
  return {
    schemaVersion: 1,
    ...question,
    test: "log-rank",
    significance: 0.05,
    rows: choices.map((turns) => {
      const { rollouts } = rolloutsNeeded(horizon, ratio, turns, power);
      const { dictionaries } = question;
      return {
        turns,
        rollouts,
        hasEnoughDictionaries: dictionaries === null ? null : dictionaries >= rollouts,
        durations: costs.map((cost) => durationOf(cost, rollouts, turns)),
      };
    }),
  };
}

function durationOf(cost: StudyCost, rollouts: number, turns: number): StudyDuration {
  const { model, runId, speed, isOnlySpeed, startMs, msPerTurn } = cost;
  return { model, runId, speed, isOnlySpeed, ms: 2 * (startMs + rollouts * turns * msPerTurn) };
}

/** The table in words. */
export function describePower(document: PowerDocument, { width }: TextStyle): string {
  const { rows, dictionaries } = document;
  const measured = rows[0]?.durations ?? [];
  const columns: Column[] = [
    { title: "turns", align: "right" },
    { title: `${dictionaries === null ? "rollouts" : "dictionaries"} of each model`, align: "right" },
    ...measured.map(({ model }) => ({
      title: `both as fast as ${visible(model)}`,
      align: "right" as const,
    })),
  ];
  const table = renderTable(
    columns,
    rows.map(({ turns, rollouts, durations }) => [
      turns.toLocaleString("en"),
      rollouts.toLocaleString("en"),
      ...durations.map(({ ms }) => durationText(ms)),
    ]),
  );
  const notes = [
    sizesSuppose(),
    dictionariesNote(document),
    ...(measured.length === 0 ? [durationUnknown()] : []),
    ...measured
      .filter(({ isOnlySpeed }) => !isOnlySpeed)
      .map(({ model, runId, speed }) => timedBy(visible(model), runId, speedFacts(speed))),
  ];
  const claim = wrap(sizesWanted(document), width, "");
  return [claim, table, ...notes.map((note) => wrap(note, width, ""))].join("\n\n");
}

function speedFacts({ machine, threads, parallel, gpuLayers, batchSize }: SpeedSettings): string[] {
  const facts = [
    threads === null ? null : counted(threads, "thread"),
    parallel === null ? null : `${parallel} at a time`,
    gpuLayers === null || gpuLayers === 0 ? null : `${gpuLayers} GPU layers`,
    batchSize === null ? null : `batches of ${batchSize}`,
    visible(machine),
  ];
  return facts.filter((fact) => fact !== null);
}

/** By the row that takes the fewest. */
function dictionariesNote({ dictionaries, rows }: PowerDocument): string {
  const [easiest] = rows.toSorted((left, right) => left.rollouts - right.rollouts);
  if (dictionaries === null || easiest === undefined) return dictionariesCount();
  const { rollouts, turns, hasEnoughDictionaries } = easiest;
  const say = hasEnoughDictionaries === true ? dictionariesSuffice : dictionariesTooFew;
  return say(dictionaries, rollouts, turns);
}
