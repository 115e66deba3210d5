import type { Command } from "commander";
import { renderTable } from "../report/table.ts";
import { openReadOnly } from "../store/database.ts";
import { listRuns } from "../store/queries.ts";
import type { RunRecord } from "../store/rows.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { escapeControl, print } from "./terminal.ts";

/** Adds `ls`: the runs in a file. */
export function addLsCommand(program: Command): void {
  const command = program.command("ls").description("list the runs in a file");
  withDatabaseOption(command)
    .option("--json", "an array of objects instead of a table")
    .addHelpText("after", "\nExamples:\n  longhaul ls\n  longhaul ls --db other.db --json")
    .action((flags: Readonly<Record<string, unknown>>) => {
      const database = openReadOnly(dbPath(flags));
      try {
        const runs = listRuns(database);
        print(flags["json"] === true ? JSON.stringify(runs.map(summarize), null, 2) : renderRunTable(runs));
      } finally {
        database.close();
      }
    });
}

function summarize(run: RunRecord): Record<string, unknown> {
  const { id, name, startedAt, engine, status, error, seed, settings, model } = run;
  const { suite, experiment, arm } = run;
  const { task, turns, rollouts } = settings;
  return {
    id,
    name,
    startedAt,
    engine,
    quantization: model?.quantization ?? null,
    task,
    turns,
    rollouts,
    seed,
    status,
    error,
    suite,
    experiment,
    arm,
  };
}

function renderRunTable(runs: readonly RunRecord[]): string {
  const columns = [
    { title: "run", align: "right" as const },
    { title: "started" },
    { title: "name" },
    { title: "engine" },
    { title: "quant" },
    { title: "task" },
    { title: "rollouts x turns", align: "right" as const },
    { title: "status" },
    ...(runs.some(({ suite }) => suite !== null) ? [{ title: "suite: experiment, arm" }] : []),
  ];
  const rows = runs.map(
    ({ id, startedAt, name, engine, model, settings, status, suite, experiment, arm }) => [
      String(id),
      startedAt.slice(0, 19).replace("T", " "),
      escapeControl(name),
      engine,
      model?.quantization ?? "",
      settings.task,
      `${settings.rollouts} x ${settings.turns}`,
      status,
      suite === null ? "" : escapeControl(`${suite}: ${experiment}, ${arm}`),
    ],
  );
  return renderTable(columns, rows);
}
