import type { ReadArm } from "../../reading/runs.ts";
import type { RunRows } from "../../reading/rows.ts";
import { modelNames } from "../../figures/model-names.ts";
import { coarseNotes } from "../compare/coarse-horizons.ts";
import { playedNotes } from "../compare/played-notes.ts";
import { fullContextNotes } from "../compare/full-contexts.ts";
import * as say from "../sentences/findings.ts";
import { failedNote, repeatedNote } from "../sentences/notes.ts";
import { partOf } from "../../reading/study.ts";
import { floorNotes } from "./floor-notes.ts";
import type { RunRecord } from "../../store/rows.ts";
import { type MeasuredArm, runOf } from "./measured-arm.ts";

/** Whether any of its rollouts has an answer. */
export function hasAnswered({ group }: ReadArm): boolean {
  return group.rows.some(({ tracks }) => tracks.some(({ letters }) => letters.length > 0));
}

/** What is known of an experiment besides its rows. */
interface Beside {
  /** Arms without an answer, which are no rows. */
  readonly silent: readonly ReadArm[];
  /** All runs of the suite. */
  readonly beside: readonly RunRecord[];
  /** Of horizons that were asked for. */
  readonly thresholds: readonly number[];
}

/**
 * What weakens what an experiment's rows say: floors, runs that did not end as planned, rollouts that do not count, runs
 * without an answer.
 */
export function notesOf(
  experiment: string,
  measured: readonly MeasuredArm[],
  { silent, beside, thresholds }: Beside,
): string[] {
  const leftOut = measured.flatMap(({ group }) => group.leftOut);
  const nameOf = modelNames([...measured, ...silent].map(runOf));
  const named = new Set([...measured, ...silent].flatMap(({ group }) => group.rows.map(({ id }) => id)));
  return [
    ...coarseNotes(
      measured.map(({ row }) => row),
      thresholds,
    ),
    ...playedNotes(measured),
    ...floorNotes(experiment, measured, beside),
    ...measured.flatMap(unfinishedNotes),
    ...measured.flatMap(({ rows, label }) => fullContextNotes(rows, label)),
    ...measured.flatMap(({ group: { failed }, label }) =>
      failed === null || named.has(failed.id) ? [] : [failedNote(label, failed)],
    ),
    ...silent.map((one) => silentNote(one, nameOf(runOf(one)))),
    ...(leftOut.length === 0 ? [] : [repeatedNote(leftOut)]),
  ];
}

function unfinishedNotes({ label, rows }: MeasuredArm): string[] {
  const runs = rows.filter(({ run }) => run.status !== "complete").map(stateOf);
  return runs.length === 0 ? [] : [say.unfinishedNote(label, runs)];
}

function silentNote({ arm, group }: ReadArm, model: string): string {
  return say.silentNote(`${arm}, ${model}`, group.rows.map(stateOf));
}

function stateOf({ id, run }: RunRows): say.RunState {
  return { id, rollouts: partOf(run).count, turns: run.settings.turns, status: run.status, error: run.error };
}
