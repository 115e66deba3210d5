import type { ConfidenceFigures } from "../figures/confidence.ts";
import type { RunSummary } from "../figures/run-schema.ts";
import { outcomesText } from "./outcomes-text.ts";
import { doubtBegins, doubtNotShown, nearTiesAmong, surenessOfAnswers } from "./sentences/confidence.ts";
import { afterSlipRows } from "./slips/after-slip.ts";
import { meanText } from "./words/numbers.ts";

/** What became of the answers and how sure the model was of them, as rows of a table of two columns. */
export function answerRows(run: RunSummary): string[][] {
  return [["answers", outcomesText(run)], ...afterSlipRows(run), ...confidenceRows(run.confidence)];
}

/** None where nobody asked. */
function confidenceRows(confidence: ConfidenceFigures | null): string[][] {
  if (confidence === null) return [];
  const { probability, gap, nearTies, doubt } = confidence;
  return [
    ["probability", surenessOfAnswers(probability)],
    ["gap", gap === null ? "" : surenessOfAnswers(gap)],
    ...(nearTies === null || nearTies.n === 0 ? [] : [["near ties", nearTiesAmong(nearTies)]]),
    ...(doubt === null ? [] : doubtRows(doubt)),
  ].filter(([, text]) => text !== "");
}

/** None where no rollout slipped. */
function doubtRows({ before, begins }: NonNullable<ConfidenceFigures["doubt"]>): string[][] {
  const known = before.filter(({ gap }) => gap.mean !== null);
  if (known.length === 0) return [];
  const last = before.find((turn) => turn.before === 1)?.difference ?? null;
  const isShown = begins !== null && last !== null;
  return [
    ["doubt", isShown ? doubtBegins(begins, last) : doubtNotShown(last)],
    ...known.map((turn) => [
      turn.before === 0 ? "gap at slip" : `gap ${turn.before} before`,
      meanText(turn.gap),
    ]),
  ];
}
