import { isSimulated } from "../reading/settings.ts";
import { visible } from "../visible-text.ts";
import { indented, type Pen, wrap, wrapList } from "./words/layout.ts";
import { bytesText, parametersText, quantizationText, shareText, horizonName } from "./words/numbers.ts";
import { horizonIntervalText, horizonText, stepsText } from "./sentences/horizons.ts";
import { renderPlot } from "./words/plot.ts";
import { answerRows } from "./answer-rows.ts";
import { backendFacts, settingsFacts } from "./run-facts.ts";
import type { RunHorizon, RunSummary } from "../figures/run-schema.ts";
import { simulatedRun } from "./sentences/run.ts";
import { machineRows } from "./machine-rows.ts";
import { renderTable } from "./words/table.ts";

/** The horizons that are shown where nobody asked for others. */
const shownThresholds = [0.5, 0.8];

/**
 * Everything about one run: what it was, how right, how far, how fast, and what to mind.
 *
 * @param thresholds of the horizons that are shown
 */
export function renderRun(
  run: RunSummary,
  label: string,
  pen: Pen,
  thresholds: readonly number[] = shownThresholds,
): string {
  const parts = [heading(run, label, pen), wrapList(settingsFacts(run, pen), pen.width)];
  const ranOn = isSimulated(run) ? [] : backendFacts(run);
  if (ranOn.length > 0) parts.push(wrapList(ranOn, pen.width));
  if (run.error !== null) parts.push(pen.paint.red(wrap(`${run.status}: ${visible(run.error)}`, pen.width)));
  if (run.overallTurnAccuracy.n > 0) {
    // Single turns that were asked by themselves make no curve.
    const curve = run.taskAccuracy.length > 0 ? ["", curveText(run, pen)] : [];
    parts.push("", indented(accuracyTable(run)), ...curve, "", indented(figures(run, pen, thresholds)));
  }
  const notes = run.warnings.map((warning) =>
    pen.paint.yellow(wrap(`note: ${visible(warning)}`, pen.width, "  ", "        ")),
  );
  return [...parts, ...notes].join("\n");
}

function heading(run: RunSummary, label: string, { paint, width }: Pen): string {
  if (isSimulated(run)) return wrap(simulatedRun(label, run.id), width, "");
  const { parameters, quantization, bytes, file } = run.model;
  const facts = [
    run.engine === "llama" ? null : serverText(run),
    parameters === null ? null : `${parametersText(parameters)} parameters`,
    quantization === null ? null : quantizationText(run.model),
    bytes === null ? null : bytesText(bytes),
    // A blob's hash tells nobody anything; documents have it.
    file === null || /^(sha256[-:])?[0-9a-f]{64}$/.test(file) ? null : file,
  ].filter((fact) => fact !== null);
  return `${paint.bold(label)}  ${[...facts.map(visible), `run ${run.id}`].join(", ")}`;
}

/** What a model was reached through. */
function serverText({ engine, server }: RunSummary): string {
  if (server === null) return engine;
  const kind = server.kind === "unknown" ? "unknown server" : server.kind;
  return `${[kind, server.version].filter(Boolean).join(" ")}, ${server.url}`;
}

/** Turns 1, 2, 10 and the last, and all of them together. */
function accuracyTable(run: RunSummary): string {
  const last = run.turnAccuracy.at(-1)?.turn ?? 0;
  const turns = run.settings.probe ?? [1, 2, 10, last];
  const wanted = [...new Set(turns)].filter((turn) => turn <= last).toSorted((left, right) => left - right);
  const rows = wanted.flatMap((wantedTurn) => {
    const found = run.turnAccuracy.find(({ turn }) => turn === wantedTurn);
    const task = run.taskAccuracy.find(({ turn }) => turn === wantedTurn);
    return found === undefined
      ? []
      : [[String(wantedTurn), shareText(found), task === undefined ? "" : shareText(task)]];
  });
  // Where turn 1 stands apart, so do all the others.
  const later = run.coldStart?.isShown === true ? [["later", shareText(run.coldStart.later), ""]] : [];
  return renderTable(
    [
      { title: "turn", align: "right" },
      { title: "turn accuracy (95 %)" },
      { title: run.taskAccuracy.length > 0 ? "task accuracy (95 %)" : "" },
    ],
    [...rows, ...later, ["all", shareText(run.overallTurnAccuracy), ""]],
  );
}

function curveText(run: RunSummary, { width, unicode, paint }: Pen): string {
  const plot = renderPlot([{ label: "", points: run.taskAccuracy }], { width: width - 2, unicode });
  const caption = "task accuracy: rollouts without an error so far, with its 95 % band";
  return indented([caption, ...plot.slice(0, -1).map((line) => paint.cyan(line)), plot.at(-1)].join("\n"));
}

function figures(run: RunSummary, { isVerbose = false }: Pen, thresholds: readonly number[]): string {
  const { settings } = run;
  const rows = [
    ...run.horizons
      .filter(({ s, begun }) => thresholds.includes(s) && begun > 0)
      .map((horizon) => [horizonName(horizon.s), horizonLine(horizon, settings.keysPerTurn)]),
    ...behindFirst(run),
    ...answerRows(run),
    ...machineRows(run, isVerbose),
  ];
  return renderTable([{ title: "" }, { title: "" }], rows).trimStart();
}

/** Where the start was cold, how far it gets with turn 1 counted as right. */
function behindFirst({ coldStart, settings }: RunSummary): string[][] {
  const horizon = coldStart?.horizon ?? null;
  return horizon === null ? [] : [["H50 behind turn 1", horizonLine(horizon, settings.keysPerTurn)]];
}

/** Steps and turns are never mixed: where both stand in the line, the interval says which it is of. */
function horizonLine(horizon: RunHorizon, keysPerTurn: number): string {
  const interval = horizonIntervalText(horizon);
  const hasSteps = keysPerTurn > 1 && horizon.steps !== null;
  const steps = hasSteps ? ` = ${stepsText(horizon, keysPerTurn)} steps` : "";
  const certainty = interval === null ? "" : ` (95 % ${interval}${hasSteps ? " turns" : ""})`;
  const text = horizonText(horizon);
  const unit = /[a-z]/.test(text) ? "" : horizon.turns === 1 ? " turn" : " turns";
  return `${text}${unit}${steps}${certainty}`;
}
