import type { TurnText } from "../../store/queries.ts";
import { visible } from "../../visible-text.ts";
import { type Asked, answerText } from "../words/answers.ts";
import { partText, significant } from "../words/numbers.ts";
import { type Column, renderTable } from "../words/table.ts";

type Row = TurnText & { readonly slip: string | null };

/** One rollout, turn by turn; how sure the model was only where that is told. */
export function transcriptText(turns: readonly Row[], asked: Asked): string {
  const written = answerText(asked);
  const columns: (Column & { readonly cell: (turn: Row) => string; readonly isOptional?: true })[] = [
    { title: "turn", align: "right", cell: ({ turn }) => String(turn) },
    { title: "keys", cell: ({ keys }) => keys.join(", ") },
    { title: "expected", align: "right", cell: ({ expected }) => written(expected) },
    { title: "answer", align: "right", cell: ({ answer }) => (answer === null ? "" : written(answer)) },
    { title: "probability", align: "right", cell: probabilityCell, isOptional: true },
    { title: "gap", align: "right", cell: gapCell, isOptional: true },
    { title: "verdict", cell: (turn) => turn.class },
    { title: "slip", cell: ({ slip }) => slip ?? "" },
    { title: "text", cell: ({ text }) => visible(text) },
  ];
  const shown = columns.filter(
    ({ cell, isOptional }) => isOptional !== true || turns.some((turn) => cell(turn) !== ""),
  );
  return renderTable(
    shown,
    turns.map((turn) => shown.map(({ cell }) => cell(turn))),
  );
}

function probabilityCell({ confidence }: Row): string {
  return confidence === null ? "" : partText(confidence.probability, 1);
}

function gapCell({ confidence }: Row): string {
  return confidence === null || confidence.gap === null ? "" : significant(confidence.gap, 2);
}
