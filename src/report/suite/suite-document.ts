import { proportion } from "../../metrics/proportion.ts";
import { knownSum } from "../../metrics/throughput.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { ReadArm } from "../../reading/runs.ts";
import type { HistoryTally } from "../../store/history-tallies.ts";
import { contenderOf } from "../../figures/contender.ts";
import { describePair } from "../compare/compare-document.ts";
import { describeGroup } from "../compare/group-row.ts";
import { conditioningSlopes } from "../compare/conditioning-slopes.ts";
import { capacitiesOf } from "./capacities.ts";
import { findingsOf } from "./findings.ts";
import { type ArmGroup, byModelAndSetting, type MeasuredArm } from "./measured-arm.ts";
import { hasAnswered, notesOf } from "./notes.ts";
import type { SuiteDocument, SuiteExperiment, SuiteRow } from "./suite-schema.ts";
import { earlyAndLate } from "./quarters.ts";
import { kindOf } from "../../reading/experiment-kind.ts";

/** What the experiments of a suite found: a table each, and what it says in words. */
export function buildSuiteDocument(read: readonly ReadArm[], path: string, suite: string): SuiteDocument {
  const names = [...new Set(read.map(({ experiment }) => experiment))];
  return {
    schemaVersion: 1,
    db: path,
    suite,
    experiments: names.map((name) =>
      describeExperiment(
        name,
        read.filter(({ experiment }) => experiment === name),
      ),
    ),
  };
}

function describeExperiment(experiment: string, read: readonly ReadArm[]): SuiteExperiment {
  const answered = byModelAndSetting(read.filter(hasAnswered));
  const isOneArm = new Set(answered.map(({ arm }) => arm)).size === 1;
  const isOneModel = new Set(answered.map(({ model }) => model)).size === 1;
  const metric = kindOf(experiment) === "self-conditioning" ? "self-conditioning" : "summary";
  const measured = answered.map((one): MeasuredArm => {
    const label = labelOf(one, isOneModel, isOneArm);
    const row = describeGroup(one.group, label, metric);
    const { rows } = one.group;
    return {
      ...one,
      label,
      rows,
      runs: rows.map(({ run }) => run),
      row,
      contender: contenderOf(label, row, rows),
    };
  });
  const slopes = conditioningSlopes(measured.flatMap(({ rows }) => rows));
  const capacities = capacitiesOf(measured);
  const { verdict, findings, pairs } = findingsOf(experiment, measured, slopes, capacities);
  return {
    experiment,
    comparison: {
      by: "arm",
      baseline: null,
      verdict,
      notes: notesOf(
        measured,
        read.filter((one) => !hasAnswered(one)),
      ),
      groups: measured.map(({ row }) => row),
      pairs: pairs.map((pair) => describePair(pair, true)),
    },
    rows: measured.map(rowOf),
    slopes,
    capacities,
    findings: [...findings],
  };
}

function labelOf({ arm, model, setting }: ArmGroup, isOneModel: boolean, isOneArm: boolean): string {
  const label = isOneArm ? model : isOneModel ? arm : `${model} · ${arm}`;
  return setting === "" ? label : `${label}, ${setting}`;
}

function rowOf({ arm, model, setting, label, rows, group }: MeasuredArm): SuiteRow {
  const tallies = rows.flatMap(({ history }) => history ?? []);
  const sum = (name: Exclude<keyof HistoryTally, `${string}Tokens` | "rollout">): number =>
    tallies.reduce((total, tally) => total + tally[name], 0);
  const turns = sum("turns");
  const perTurn = (total: number | null): number | null =>
    total === null || turns === 0 ? null : total / turns;
  const answers = sum("answers");
  return {
    arm,
    model,
    setting: setting === "" ? null : setting,
    label,
    runs: rows.map(({ id }) => id),
    ...earlyAndLate(rows),
    history: {
      errorShare: answers === 0 ? null : sum("wrong") / answers,
      breakShare: answers === 0 ? null : sum("breaks") / answers,
    },
    repairs: proportion(sum("repaired"), sum("astray")),
    costs: {
      samples: perTurn(sum("samples")),
      prefilledTokens: perTurn(knownSum(tallies, "prefilledTokens")),
      reusedTokens: perTurn(knownSum(tallies, "reusedTokens")),
      decodedTokens: perTurn(knownSum(tallies, "decodedTokens")),
      reasoningTokens: perTurn(knownSum(tallies, "reasoningTokens")),
      engineMs: engineMsPerTurn(group),
    },
  };
}

/**
 * All runs with all their turns, for batches hold those of rollouts that do not count, too. Times that were had unlike are
 * not put together.
 */
function engineMsPerTurn({ speeds }: ReadGroup): number | null {
  const [only, ...others] = speeds;
  if (only === undefined || others.length > 0) return null;
  const batches = only.rows.flatMap((one) => one.batches);
  const turns = only.rows.flatMap(({ history }) => history ?? []).reduce((sum, one) => sum + one.turns, 0);
  return batches.length === 0 || turns === 0 ? null : batches.reduce((sum, { ms }) => sum + ms, 0) / turns;
}
