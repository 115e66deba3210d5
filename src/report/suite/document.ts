import type { Database } from "../../store/database.ts";
import { historyTally } from "../../store/history-tallies.ts";
import { listRuns } from "../../store/queries.ts";
import { contenderOf } from "../compare/contender.ts";
import { describePair } from "../compare/document.ts";
import { measureGroup } from "../compare/group-measures.ts";
import { playedRollouts, readRunRows } from "../rows.ts";
import { measure } from "../summary.ts";
import { capacitiesOf } from "./capacities.ts";
import { findingsOf } from "./findings.ts";
import { type ArmRun, byModelAndArm, type MeasuredArm } from "./measured-arm.ts";
import type { SuiteDocument, SuiteExperiment, SuiteRow } from "./schema.ts";
import { earlyAndLate } from "./quarters.ts";
import { slopesOf } from "./slopes.ts";
import { studyOf } from "./study-of.ts";
import { proportion } from "../../metrics/proportion.ts";

/**
 * What the experiments of a suite found: a table each, and what it says in words. Of runs of one arm and model with one
 * seed the newest counts.
 *
 * @param only names of experiments; none: all that the file holds
 */
export function buildSuiteDocument(
  database: Database,
  path: string,
  suite: string,
  only: readonly string[] = [],
): SuiteDocument {
  const runs = listRuns(database).flatMap((run): ArmRun[] => {
    const { experiment, arm } = run;
    return run.suite !== suite || experiment === null || arm === null ? [] : [{ run, experiment, arm }];
  });
  const names = [...new Set(runs.map(({ experiment }) => experiment))].filter(
    (name) => only.length === 0 || only.includes(name),
  );
  return {
    schemaVersion: 1,
    db: path,
    suite,
    experiments: names.map((name) =>
      describeExperiment(
        database,
        name,
        runs.filter(({ experiment }) => experiment === name),
      ),
    ),
  };
}

function describeExperiment(
  database: Database,
  experiment: string,
  runs: readonly ArmRun[],
): SuiteExperiment {
  const groups = byModelAndArm(runs);
  const arms = [...new Set(groups.map(({ arm }) => arm))];
  const isOneModel = new Set(groups.map(({ model }) => model)).size === 1;
  const measured = groups.map((group): MeasuredArm => {
    const label = labelOf(group, isOneModel, arms.length === 1);
    const rows = group.runs.map((run) => readRunRows(database, run, false));
    const measures = measure(rows);
    const played = rows.flatMap(playedRollouts);
    const chosen = group.runs.map((run) => ({ source: { path: "", database }, run, id: String(run.id) }));
    const metric = studyOf(experiment) === "self-conditioning" ? "self-conditioning" : "summary";
    const row = measureGroup({ label, runs: chosen }, rows, measures, played, metric);
    return { ...group, label, rows, row, contender: contenderOf(label, row, rows) };
  });
  const slopes = slopesOf(database, measured);
  const capacities = capacitiesOf(measured);
  const { verdict, findings, pairs } = findingsOf(experiment, measured, slopes, capacities);
  return {
    experiment,
    comparison: {
      by: "arm",
      baseline: null,
      verdict,
      notes: [],
      groups: measured.map(({ row }) => row),
      pairs: pairs.map((pair) => describePair(pair, true)),
    },
    rows: measured.map((arm) => rowOf(database, arm)),
    slopes,
    capacities,
    findings: [...findings],
  };
}

function labelOf(
  { arm, model }: { arm: string; model: string },
  isOneModel: boolean,
  isOneArm: boolean,
): string {
  if (isOneArm) return model;
  return isOneModel ? arm : `${model} · ${arm}`;
}

function rowOf(database: Database, { arm, model, label, runs, rows }: MeasuredArm): SuiteRow {
  const tallies = runs.map(({ id }) => historyTally(database, id));
  const sum = (name: keyof (typeof tallies)[number]): number =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  const turns = sum("turns");
  const perTurn = (total: number): number | null => (turns === 0 ? null : total / turns);
  const answers = sum("answers");
  const engineMs = rows.flatMap(({ batches }) => batches).reduce((total, { ms }) => total + ms, 0);
  return {
    arm,
    model,
    label,
    runs: runs.map(({ id }) => String(id)),
    ...earlyAndLate(rows),
    history: {
      errorShare: answers === 0 ? null : sum("wrong") / answers,
      breakShare: answers === 0 ? null : sum("breaks") / answers,
    },
    repairs: proportion(sum("repaired"), sum("astray")),
    costs: {
      samples: perTurn(sum("samples")),
      prefilledTokens: perTurn(sum("prefilledTokens")),
      reusedTokens: perTurn(sum("reusedTokens")),
      decodedTokens: perTurn(sum("decodedTokens")),
      reasoningTokens: perTurn(sum("reasoningTokens")),
      engineMs: perTurn(engineMs),
    },
  };
}
