import type { Command } from "commander";
import { renderTable } from "../report/words/table.ts";
import { UsageError } from "../errors.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { print } from "./terminal.ts";
import { timedSql } from "./timed-sql.ts";
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
    .option("--timeout <seconds>", "how long the statement may take", "60")
    .addHelpText(
      "after",
      '\nExamples:\n  longhaul sql "SELECT id, model, status FROM runs"\n  longhaul sql "SELECT turn, accuracy FROM task_accuracy WHERE run_id = 1" --json --timeout 300',
    )
    .action(async (select: string, flags: Readonly<Record<string, unknown>>) => {
      const seconds = secondsOf(String(flags["timeout"]));
      const { columns, rows } = await timedSql({ path: dbPath(flags), text: select }, seconds);
      print(flags["json"] === true ? asJson(columns, rows) : asTable(columns, rows));
    });
}

function secondsOf(text: string): number {
  const seconds = text === "" ? Number.NaN : Number(text);
  // Timers know no more.
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`--timeout ${text}: must be a number of seconds above 0, 86400 at most.`);
}

function asJson(columns: readonly string[], rows: readonly unknown[][]): string {
  const twice = columns.find((column, index) => columns.indexOf(column) < index);
  if (twice !== undefined)
    throw new UsageError(
      `--json: two columns are called ${twice}, and an object holds one of them. Rename one: SELECT a.id AS a_id, ...`,
    );
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
