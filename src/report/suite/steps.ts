import { groupBy } from "../../group-by.ts";
import { holmAdjusted } from "../../metrics/log-rank.ts";
import { testShares } from "../../metrics/paired-shares.ts";
import { significanceLevel } from "../../metrics/power.ts";
import { type Proportion, proportion } from "../../metrics/proportion.ts";
import type { TurnAnswers } from "../../metrics/turn-answers.ts";
import { stepsSentence } from "../sentences/findings.ts";
import { samplesOf } from "../../figures/contender.ts";
import { keysFamily } from "./keys-family.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * Few large turns or many small ones: the share of rollouts without an error after all steps, which has no unit of
 * turns in it, against that of the smallest turns.
 */
export function stepsFindings(arms: readonly MeasuredArm[]): string[] {
  const isOneModel = new Set(arms.map(({ model }) => model)).size === 1;
  return [...groupBy(arms, keysFamily).values()].flatMap((members) =>
    familySentence(members).map((sentence) => (isOneModel ? "" : `${members[0]?.model}: `) + sentence),
  );
}

function familySentence(members: readonly MeasuredArm[]): string[] {
  const rows = members.toSorted((left, right) => keysOf(left) - keysOf(right));
  const [control] = rows;
  const steps = control === undefined ? 0 : stepsOf(control);
  // Only arms with the same number of steps can be compared.
  const alike = rows.filter((row) => stepsOf(row) === steps);
  if (control === undefined || alike.length < 2) return [];
  const others = alike.slice(1);
  const tests = others.map((row) =>
    testShares(wholeRollouts(row), wholeRollouts(control), {
      turns: null,
      planned: 1,
      comparisons: others.length,
    }),
  );
  const adjusted = holmAdjusted(tests.map((test) => test?.pValue ?? 1));
  return [
    stepsSentence({
      steps,
      rows: alike.map((row) => ({ label: row.name, whole: wholeShare(row) })),
      tests: others.map((row, index) => ({
        label: row.name,
        control: control.name,
        isMore: (tests[index]?.difference ?? 0) > 0,
        isShown: (adjusted[index] ?? 1) < significanceLevel,
        pValue: adjusted[index] ?? 1,
      })),
    }),
  ];
}

function keysOf({ runs }: MeasuredArm): number {
  return runs[0]?.settings.keysPerTurn ?? 1;
}

function stepsOf({ runs }: MeasuredArm): number {
  const settings = runs[0]?.settings;
  return settings === undefined ? 0 : settings.turns * settings.keysPerTurn;
}

/**
 * Each rollout as one answer: did it get all steps right? Not known of those that a stop of the run cut short. Only
 * runs that were meant to have them all: of shorter ones just those that failed would be known.
 */
function wholeRollouts({ rows, contender: { turns, settings } }: MeasuredArm): TurnAnswers[] {
  const meant = rows.filter(({ run }) => run.settings.turns === turns);
  return samplesOf(meant).flatMap(
    ({ instance, dictionary, lastTurn, firstErrorTurn, cut }): TurnAnswers[] => {
      const isWhole = firstErrorTurn === null && lastTurn >= turns;
      if (firstErrorTurn === null && !isWhole && (cut ?? null) === null) return [];
      const isKnown = firstErrorTurn !== null || isWhole;
      return [
        {
          // Turns of other sizes are other instances, of the same rollout.
          instance: `${settings.keysPerTurn}:${instance}`,
          ...(dictionary === undefined ? {} : { dictionary }),
          answers: isKnown ? [isWhole] : [],
          cutFrom: isKnown ? null : 1,
        },
      ];
    },
  );
}

function wholeShare(arm: MeasuredArm): Proportion {
  const known = wholeRollouts(arm).flatMap(({ answers }) => answers);
  return proportion(known.filter((answer) => answer === true).length, known.length);
}
