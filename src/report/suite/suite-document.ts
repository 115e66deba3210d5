import type { ReadArm } from "../../reading/runs.ts";
import { conditioningOf } from "../compare/conditioning.ts";
import { levelClaims } from "../compare/level-claims.ts";
import { describePair } from "../compare/pair-row.ts";
import { armRow } from "./arm-row.ts";
import { capacitiesOf } from "./capacities.ts";
import { findingsOf } from "./findings.ts";
import { levelSearchesOf } from "./level-searches.ts";
import { measureArms } from "./measure-arms.ts";
import { isStopped } from "./measured-arm.ts";
import { hasAnswered, notesOf } from "./notes.ts";
import type { SuiteDocument, SuiteExperiment } from "./suite-schema.ts";

/** What the experiments of a suite found: a table each, and what it says in words. */
export function buildSuiteDocument(read: readonly ReadArm[], path: string, suite: string): SuiteDocument {
  const names = [...new Set(read.map(({ experiment }) => experiment))];
  return {
    schemaVersion: 1,
    db: path,
    suite,
    levelSearches: levelSearchesOf(read),
    experiments: names.map((name) => describeExperiment(name, read)),
  };
}

/** @param all arms of the suite, those of other experiments included */
function describeExperiment(experiment: string, all: readonly ReadArm[]): SuiteExperiment {
  const read = all.filter((one) => one.experiment === experiment);
  const beside = all.filter(hasAnswered).flatMap(({ group }) => group.rows.map(({ run }) => run));
  const measured = measureArms(experiment, read.filter(hasAnswered));
  const conditioning = conditioningOf(measured.filter((arm) => !isStopped(arm)));
  const capacities = capacitiesOf(measured);
  const { conclusion, findings, pairs, headline } = findingsOf(experiment, measured, {
    conditioning,
    capacities,
    beside,
  });
  return {
    experiment,
    comparison: {
      by: "arm",
      baseline: null,
      verdict: conclusion,
      notes: [
        ...notesOf(
          experiment,
          measured,
          read.filter((one) => !hasAnswered(one)),
          beside,
        ),
        ...levelClaims(measured.map(({ row }) => row)).filter((claim) => !conclusion.includes(claim)),
      ],
      groups: measured.map(({ row }) => row),
      headline,
      pairs: pairs.map((pair) => describePair(pair, true)),
    },
    rows: measured.map(armRow),
    slopes: conditioning.slopes,
    slopePairs: conditioning.slopePairs,
    capacities,
    findings: [...findings],
  };
}
