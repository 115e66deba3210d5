import type { Command } from "commander";
import { renderTable } from "../report/words/table.ts";
import { openReadOnly } from "../store/database.ts";
import { runSql } from "../store/queries.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { print } from "./terminal.ts";
import { visible } from "../visible-text.ts";

/** Adds `sql`: one statement that reads. */
export function addSqlCommand(program: Command): void {
  const command = program
    .command("sql")
    .description("ask the file with SQL (it cannot be changed)")
    .argument(
      "<select>",
      "one SELECT statement; the views are runs, turns, turn_accuracy, task_accuracy, throughput, outcomes",
    );
  withDatabaseOption(command)
    .option("--json", "an array of objects instead of a table")
    .addHelpText(
      "after",
      '\nExamples:\n  longhaul sql "SELECT id, model, status FROM runs"\n  longhaul sql "SELECT turn, accuracy FROM task_accuracy WHERE run_id = 1" --json',
    )
    .action((select: string, flags: Readonly<Record<string, unknown>>) => {
      const database = openReadOnly(dbPath(flags));
      try {
        const { columns, rows } = runSql(database, select);
        print(flags["json"] === true ? asJson(columns, rows) : asTable(columns, rows));
      } finally {
        database.close();
      }
    });
}

function asJson(columns: readonly string[], rows: readonly unknown[][]): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    null,
    2,
  );
}

function asTable(columns: readonly string[], rows: readonly unknown[][]): string {
  const isNumeric = columns.map(
    (_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === "number"),
  );
  return renderTable(
    columns.map((title, index) => ({ title, align: isNumeric[index] ? "right" : "left" })),
    rows.map((row) =>
      row.map((value) =>
        value === null ? "" : visible(typeof value === "string" ? value : JSON.stringify(value)),
      ),
    ),
  );
}
