import { UsageError } from "../errors.ts";
import { marginStudies } from "../metrics/margin-power.ts";
import { rolloutsNeeded, significanceLevel } from "../metrics/power.ts";
import type { SpeedSettings, StudyCost } from "../reading/costs.ts";
import { visible } from "../visible-text.ts";
import { type TextStyle, wrap } from "./words/layout.ts";
import { durationText, horizonName } from "./words/numbers.ts";
import {
  dictionariesCount,
  dictionariesSuffice,
  dictionariesTooFew,
  durationUnknown,
  marginSizesWanted,
  sizesSuppose,
  sizesWanted,
  timedBy,
} from "./sentences/power.ts";
import { type Column, renderTable } from "./words/table.ts";
import { counted } from "./words/words.ts";

export { fewestDictionaries } from "../metrics/dictionary-clusters.ts";

interface StudyQuestion {
  /** H50 of the model that falls sooner, in turns; of both, for a margin. */
  readonly horizon: number;
  /** Chance of seeing what is there. */
  readonly power: number;
  readonly turns: number | null;
  /** Different dictionaries that the rollouts share; null: every rollout has its own. */
  readonly dictionaries: number | null;
}

/** To see a difference. */
export interface PowerQuestion extends StudyQuestion {
  readonly ratio: number;
}

/** To call an equal model good enough. */
export interface MarginPowerQuestion extends StudyQuestion {
  readonly margin: number;
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

interface StudyDocument<Row> {
  readonly schemaVersion: 1;
  readonly test: string;
  readonly significance: number;
  readonly rows: readonly Row[];
}

export type PowerDocument = PowerQuestion & StudyDocument<PowerRow>;

/** `s`: of the horizons that decide in so many turns. */
export type MarginPowerDocument = MarginPowerQuestion & StudyDocument<PowerRow & { readonly s: number }>;

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
    significance: significanceLevel,
    rows: choices.map((turns) =>
      rowOf(turns, rolloutsNeeded(horizon, ratio, turns, power).rollouts, question, costs),
    ),
  };
}

/**
 * Sizes of a study that calls an equal model good enough, by the number of turns that each threshold takes.
 *
 * @throws UsageError where one turn is more than the margin, and for too few turns
 */
export function marginPowerDocument(
  question: MarginPowerQuestion,
  costs: readonly StudyCost[],
): MarginPowerDocument {
  const { horizon, margin, power, turns } = question;
  const studies = marginStudies(horizon, margin, power);
  const [soonest] = studies;
  if (soonest === undefined)
    throw new UsageError(
      `--margin ${margin}: one turn is more than that of an H50 of ${horizon}. Give ${Math.ceil(100 / horizon)}% or more, or ask for an H50 of ${Math.ceil(1 / margin)} turns or more.`,
    );
  if (turns !== null && turns < soonest.fewestTurns)
    throw new UsageError(
      `--turns ${turns}: too few to hold a margin against an H50 of ${horizon}. Give ${soonest.fewestTurns} or more.`,
    );
  const asked =
    turns === null ? studies : studies.filter(({ fewestTurns }) => fewestTurns <= turns).slice(-1);
  return {
    schemaVersion: 1,
    ...question,
    test: "ratio of horizons",
    significance: significanceLevel,
    rows: asked.map(({ s, fewestTurns, rollouts }) => ({
      s,
      ...rowOf(turns ?? fewestTurns, rollouts, question, costs),
    })),
  };
}

function rowOf(
  turns: number,
  rollouts: number,
  { dictionaries }: StudyQuestion,
  costs: readonly StudyCost[],
): PowerRow {
  return {
    turns,
    rollouts,
    hasEnoughDictionaries: dictionaries === null ? null : dictionaries >= rollouts,
    durations: costs.map((cost) => durationOf(cost, rollouts, turns)),
  };
}

function durationOf(cost: StudyCost, rollouts: number, turns: number): StudyDuration {
  const { model, runId, speed, isOnlySpeed, startMs, msPerTurn } = cost;
  return { model, runId, speed, isOnlySpeed, ms: 2 * (startMs + rollouts * turns * msPerTurn) };
}

/** The table in words. */
export function describePower(document: PowerDocument | MarginPowerDocument, { width }: TextStyle): string {
  const { rows, dictionaries } = document;
  const measured = rows[0]?.durations ?? [];
  const columns: Column[] = [
    { title: "turns", align: "right" },
    { title: `${dictionaries === null ? "rollouts" : "dictionaries"} of each model`, align: "right" },
    ...("margin" in document ? [{ title: "decided by", align: "right" as const }] : []),
    ...measured.map(({ model }) => ({
      title: `both as fast as ${visible(model)}`,
      align: "right" as const,
    })),
  ];
  const table = renderTable(
    columns,
    rows.map((row) => [
      row.turns.toLocaleString("en"),
      row.rollouts.toLocaleString("en"),
      ...("s" in row ? [horizonName(row.s)] : []),
      ...row.durations.map(({ ms }) => durationText(ms)),
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
  const claim = wrap("margin" in document ? marginSizesWanted(document) : sizesWanted(document), width, "");
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
function dictionariesNote({ dictionaries, rows }: PowerDocument | MarginPowerDocument): string {
  const [easiest] = rows.toSorted((left, right) => left.rollouts - right.rollouts);
  if (dictionaries === null || easiest === undefined) return dictionariesCount();
  const { rollouts, turns, hasEnoughDictionaries } = easiest;
  const say = hasEnoughDictionaries === true ? dictionariesSuffice : dictionariesTooFew;
  return say(dictionaries, rollouts, turns);
}
