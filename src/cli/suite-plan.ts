import type { PlannedTrial } from "../suites/forecast-suite.ts";
import { visible } from "../visible-text.ts";
import { bytesText, unknown } from "../report/words/numbers.ts";
import { type TextStyle, wrap } from "../report/words/layout.ts";
import { durationRange, planTotal } from "../report/sentences/plan.ts";
import { counted } from "../report/words/words.ts";
import { renderTable } from "../report/words/table.ts";

/** The plan of a suite as a table, with what it takes in all. */
export function renderPlan(
  suite: string,
  trials: readonly PlannedTrial[],
  cautions: readonly string[],
  { width }: TextStyle,
): string {
  const table = renderTable(
    [
      { title: "#", align: "right" },
      { title: "experiment" },
      { title: "arm" },
      { title: "model" },
      { title: "rollouts", align: "right" },
      { title: "turns", align: "right" },
      { title: "keys", align: "right" },
      { title: "about", align: "right" },
      { title: "memory", align: "right" },
    ],
    trials.map((trial, index) => [
      String(index + 1),
      visible(trial.experiment),
      visible(trial.arm),
      visible(trial.model),
      String(trial.rollouts),
      String(trial.turns),
      String(trial.keysPerTurn),
      costOf(trial),
      trial.memoryBytes === null ? unknown : bytesText(trial.memoryBytes),
    ]),
  );
  return [
    `${visible(suite)}: ${counted(trials.length, "trial")}`,
    table,
    total(trials),
    ...reasons(trials),
    ...cautions.map((caution) => wrap(visible(caution), width, "")),
  ].join("\n\n");
}

function total(trials: readonly PlannedTrial[]): string {
  const going = trials.filter(
    ({ leftOut, error, sameAs }) => leftOut === null && error === null && sameAs === null,
  );
  const known = going.filter(({ forecastMs }) => forecastMs !== null);
  const isMostKnown = known.every(({ forecastMostMs }) => forecastMostMs !== null);
  const sizes = going.flatMap(({ memoryBytes }) => (memoryBytes === null ? [] : [memoryBytes]));
  return planTotal({
    ms: known.length === 0 ? null : sum(known.map(({ forecastMs }) => forecastMs)),
    mostMs: isMostKnown ? sum(known.map(({ forecastMostMs }) => forecastMostMs)) : null,
    lengthsUnknown: going.length - known.length,
    bytes: sizes.length === 0 ? null : Math.max(...sizes),
  });
}

function sum(parts: readonly (number | null)[]): number {
  return parts.reduce<number>((all, part) => all + (part ?? 0), 0);
}

function costOf(trial: PlannedTrial): string {
  if (trial.leftOut !== null) return "left out";
  if (trial.error !== null) return "cannot run";
  return trial.sameAs === null ? timeText(trial) : `as ${trial.sameAs}`;
}

function timeText({ forecastMs, forecastMostMs }: PlannedTrial): string {
  return forecastMs === null ? unknown : durationRange(forecastMs, forecastMostMs);
}

/** Each reason once. */
function reasons(trials: readonly PlannedTrial[]): string[] {
  const told = trials.flatMap(({ leftOut, error, arm, model }) => {
    const reason = leftOut ?? error;
    return reason === null ? [] : [`${visible(arm)}, ${visible(model)}: ${visible(reason)}`];
  });
  return told.length === 0 ? [] : [told.join("\n")];
}
