import { afterSlipRows } from "./slips/after-slip.ts";
import { visible } from "../visible-text.ts";
import { indented, type Pen, wrap, wrapList } from "./words/layout.ts";
import {
  bytesText,
  durationText,
  parametersText,
  partText,
  rateText,
  shareText,
  unknown,
} from "./words/numbers.ts";
import { horizonIntervalText, horizonText, stepsText } from "./sentences/horizons.ts";
import { renderPlot } from "./words/plot.ts";
import { backendFacts, settingsFacts } from "./run-facts.ts";
import type { RunHorizon, RunSummary } from "../figures/run-schema.ts";
import {
  decodedTogether,
  mixedTimeLeftOut,
  promptReused,
  promptReusedBesidePrefix,
  simulatedRun,
} from "./sentences/run.ts";
import { renderTable } from "./words/table.ts";
import { outcomeWords } from "./words/words.ts";
import { outcomeClasses } from "../store/rows.ts";

/** Everything about one run: what it was, how right, how far, how fast, and what to mind. */
export function renderRun(run: RunSummary, label: string, pen: Pen): string {
  const parts = [heading(run, label, pen), wrapList(settingsFacts(run, pen), pen.width)];
  if (run.engine === "llama" && run.settings.backend.used !== null)
    parts.push(wrapList(backendFacts(run), pen.width));
  if (run.error !== null) parts.push(pen.paint.red(wrap(`${run.status}: ${visible(run.error)}`, pen.width)));
  if (run.overallTurnAccuracy.n > 0) {
    // Single turns that were asked by themselves make no curve.
    const curve = run.taskAccuracy.length > 0 ? ["", curveText(run, pen)] : [];
    parts.push("", indented(accuracyTable(run)), ...curve, "", indented(figures(run)));
  }
  const notes = run.warnings.map((warning) =>
    pen.paint.yellow(wrap(`note: ${visible(warning)}`, pen.width, "  ", "        ")),
  );
  return [...parts, ...notes].join("\n");
}

function heading(run: RunSummary, label: string, { paint, width }: Pen): string {
  if (run.engine === "scripted") return wrap(simulatedRun(label, run.id), width, "");
  const { parameters, quantization, bytes, file } = run.model;
  const facts = [
    run.engine === "llama" ? null : run.engine,
    parameters === null ? null : `${parametersText(parameters)} parameters`,
    quantization,
    bytes === null ? null : bytesText(bytes),
    file,
  ].filter((fact) => fact !== null);
  return `${paint.bold(label)}  ${[...facts.map(visible), `run ${run.id}`].join(", ")}`;
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
  return renderTable(
    [
      { title: "turn", align: "right" },
      { title: "turn accuracy (95 %)" },
      { title: run.taskAccuracy.length > 0 ? "task accuracy (95 %)" : "" },
    ],
    [...rows, ["all", shareText(run.overallTurnAccuracy), ""]],
  );
}

function curveText(run: RunSummary, { width, unicode, paint }: Pen): string {
  const plot = renderPlot([{ label: "", points: run.taskAccuracy }], { width: width - 2, unicode });
  const caption = "task accuracy: rollouts without an error so far, with its 95 % band";
  return indented([caption, ...plot.slice(0, -1).map((line) => paint.cyan(line)), plot.at(-1)].join("\n"));
}

function figures(run: RunSummary): string {
  const { speed, settings } = run;
  const rows = [
    ...run.horizons
      .filter(({ s, lastTurn, status }) => s !== 0.9 && (lastTurn > 0 || status === "unknown"))
      .map((horizon) => [`H${horizon.s * 100}`, horizonLine(horizon, settings.keysPerTurn)]),
    ["answers", outcomesText(run)],
    ...afterSlipRows(run),
    ["speed", speedText(speed)],
    ["first token", percentilesText(speed.ttftMs)],
    ["next tokens", percentilesText(speed.interTokenMs)],
    ["KV reuse", reuseText(speed)],
    ...memoryRows(run),
  ];
  return renderTable([{ title: "" }, { title: "" }], rows).trimStart();
}

/** Steps and turns are never mixed: where both stand in the line, the interval says which it is of. */
function horizonLine(horizon: RunHorizon, keysPerTurn: number): string {
  const interval = horizonIntervalText(horizon);
  const hasSteps = keysPerTurn > 1 && horizon.steps !== null;
  const steps = hasSteps ? ` = ${stepsText(horizon, keysPerTurn)} steps` : "";
  const certainty = interval === null ? "" : ` (95 % ${interval}${hasSteps ? " turns" : ""})`;
  const unit = horizon.turns === 1 || horizon.status === "unknown" ? "" : " turns";
  return `${horizonText(horizon)}${unit}${steps}${certainty}`;
}

function outcomesText({ outcomes }: RunSummary): string {
  const total = outcomeClasses.reduce((sum, name) => sum + outcomes[name], 0);
  // With many turns a decimal means something.
  const decimals = total >= 1000 ? 1 : 0;
  const seen = outcomeClasses.filter((name) => outcomes[name] > 0);
  return seen.map((name) => `${outcomeWords[name]} ${partText(outcomes[name] / total, decimals)}`).join(", ");
}

function speedText({ aggregate, mixedBatches, mixedTimeShare }: RunSummary["speed"]): string {
  const rates = `prefill ${rateText(aggregate.prefillTokensPerSecond)}, ${decodedTogether(aggregate)}`;
  return mixedBatches === 0 ? rates : `${rates}; ${mixedTimeLeftOut(mixedTimeShare)}`;
}

function percentilesText({ p50, p95 }: RunSummary["speed"]["ttftMs"]): string {
  return p50 === null ? unknown : `${durationText(p50)} p50, ${durationText(p95)} p95`;
}

function reuseText({ reuseShare, prefix }: RunSummary["speed"]): string {
  if (reuseShare.withPrefix === null) return unknown;
  const share = promptReused(reuseShare.withPrefix);
  if (prefix.tokens === null || prefix.tokens === 0) return `${share}, no prefix shared`;
  return `${share}; ${promptReusedBesidePrefix(reuseShare.withoutPrefix, prefix.tokens)}`;
}

function memoryRows({ memory }: RunSummary): string[][] {
  const facts = [
    memory.peakRssBytes === null ? null : `${bytesText(memory.peakRssBytes)} at its peak`,
    memory.kvBytes === null ? null : `KV cache ${bytesText(memory.kvBytes)}`,
    memory.vramBytes === null || memory.vramBytes === 0 ? null : `GPU ${bytesText(memory.vramBytes)}`,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? [] : [["memory", facts.join(", ")]];
}
