import type { SpeedDocument, SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { escapeMarkdown } from "../compare/markdown.ts";
import { noSpeedTest } from "../sentences/speed-tests.ts";
import { columnsFor, turnColumns } from "./columns.ts";
import { labelOf, speedNotes } from "./notes.ts";

/** A table as llama-bench writes it, and one for each conversation, the notes below. */
export function renderSpeedMarkdown({ tests }: SpeedDocument): string {
  if (tests.length === 0) return noSpeedTest();
  const plain = tests.filter(({ kind }) => kind !== "chat");
  const columns = columnsFor(plain);
  const table = tableOf(
    columns.map(({ title }) => title),
    columns.map(({ align }) => align),
    plain.map((test) => columns.map(({ cell }) => cell(test))),
  );
  const chats = tests.filter(({ kind }) => kind === "chat").map((chat) => chatTable(chat));
  const notes = speedNotes(tests).map((note) => escapeMarkdown(note));
  return [...(plain.length === 0 ? [] : [table]), ...chats, ...notes].join("\n\n");
}

function chatTable(chat: SpeedTestFigure): string {
  const table = tableOf(
    turnColumns.map(({ title }) => title),
    turnColumns.map(() => "right"),
    chat.turns.map((turn) => turnColumns.map(({ cell }) => cell(turn))),
  );
  return `${escapeMarkdown(labelOf(chat))}\n\n${table}`;
}

function tableOf(
  titles: readonly string[],
  aligns: readonly ("left" | "right")[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = `| ${aligns.map((align) => (align === "right" ? "---:" : "---")).join(" | ")} |`;
  return [line(titles), rule, ...rows.map(line)].join("\n");
}
