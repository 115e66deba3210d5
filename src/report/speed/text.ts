import type { SpeedDocument, SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { noSpeedTest } from "../sentences/speed-tests.ts";
import { renderTable } from "../words/table.ts";
import { type TextStyle, wrap } from "../words/layout.ts";
import { columnsFor, setUpColumns, turnColumns } from "./columns.ts";
import { speedNotes } from "./notes.ts";

/** The tests as a table with llama-bench's columns, each conversation as one of its turns, and what is to be said of them. */
export function renderSpeed(document: SpeedDocument, style: Pick<TextStyle, "width" | "unicode">): string {
  const text = document.tests.length === 0 ? noSpeedTest() : textOf(document.tests, style.width);
  return style.unicode ? text : text.replaceAll("±", "+-");
}

function textOf(tests: readonly SpeedTestFigure[], width: number): string {
  const plain = tests.filter(({ kind }) => kind !== "chat");
  const chats = tests.filter(({ kind }) => kind === "chat");
  const columns = columnsFor(plain);
  return [
    ...(plain.length === 0
      ? []
      : [
          renderTable(
            columns,
            plain.map((test) => columns.map(({ cell }) => cell(test))),
          ),
        ]),
    ...chats.map((chat) => renderChat(chat)),
    ...speedNotes(tests).map((note) => wrap(note, width, "")),
  ].join("\n\n");
}

function renderChat(chat: SpeedTestFigure): string {
  const setUp = setUpColumns([chat]).map(({ title, cell }) => `${title} ${cell(chat)}`);
  const table = renderTable(
    turnColumns.map(({ title }) => ({ title, align: "right" })),
    chat.turns.map((turn) => turnColumns.map(({ cell }) => cell(turn))),
  );
  return `${[chat.test, ...setUp].join(", ")}\n\n${table}`;
}
