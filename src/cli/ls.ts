import type { Command } from "commander";
import { bitsPerWeight } from "../reading/quantizations.ts";
import { runsRemoved } from "../report/sentences/file.ts";
import { rolloutsBroken } from "../report/sentences/run.ts";
import { quantizationText } from "../report/words/numbers.ts";
import { renderTable } from "../report/words/table.ts";
import { blockOf } from "../settings/shard.ts";
import { openReadOnly } from "../store/database.ts";
import { brokenRollouts, listRuns } from "../store/queries.ts";
import { type RemovedRun, removedRuns } from "../store/removed.ts";
import type { RunRecord } from "../store/rows.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonListOf } from "./documents/json.ts";
import { print } from "./terminal.ts";
import { visible } from "../visible-text.ts";

/** Adds `ls`: the runs in a file. */
export function addLsCommand(program: Command): void {
  const command = program.command("ls").description("list the runs in a file");
  withDatabaseOption(command)
    .option("--json", "an array of objects instead of a table")
    .addHelpText("after", "\nExamples:\n  longhaul ls\n  longhaul ls --db other.db --json")
    .action((flags: Readonly<Record<string, unknown>>) => {
      const database = openReadOnly(dbPath(flags));
      try {
        const broken = brokenRollouts(database);
        const runs = listRuns(database).map((run) => ({ ...run, rolloutsBroken: broken.get(run.id) ?? 0 }));
        if (flags["json"] === true) print(jsonListOf("ls", runs.map(summarize)));
        else print([renderRunTable(runs), ...removedLine(removedRuns(database))].join("\n\n"));
      } finally {
        database.close();
      }
    });
}

interface ListedRun extends RunRecord {
  readonly rolloutsBroken: number;
}

function summarize(run: ListedRun) {
  const { id, name, startedAt, engine, status, error, seed, settings, model } = run;
  const { suite, experiment, arm } = run;
  const { task, turns, rollouts } = settings;
  return {
    id,
    name,
    startedAt,
    engine,
    quantization: model?.quantization ?? null,
    bitsPerWeight: bitsPerWeight(run),
    task,
    turns,
    rollouts,
    seed,
    status,
    rolloutsBroken: run.rolloutsBroken,
    error,
    suite,
    experiment,
    arm,
    places: run.places.map((place) => ({ ...place })),
  };
}

function renderRunTable(runs: readonly ListedRun[]): string {
  const columns = [
    { title: "run", align: "right" as const },
    { title: "started" },
    { title: "name" },
    { title: "engine" },
    { title: "quant (bits)" },
    { title: "task" },
    { title: "rollouts x turns", align: "right" as const },
    { title: "status" },
    ...(runs.some(({ suite }) => suite !== null) ? [{ title: "suite: experiment, arm" }] : []),
  ];
  const rows = runs.map((run) => {
    const { id, startedAt, name, engine, model, settings, suite } = run;
    return [
      String(id),
      startedAt.slice(0, 19).replace("T", " "),
      visible(name),
      engine,
      model === null ? "" : quantizationText({ ...model, bitsPerWeight: bitsPerWeight(run) }),
      settings.task,
      `${rolloutsText(settings)} x ${settings.turns}`,
      statusText(run),
      suite === null ? "" : visible(placeText(run)),
    ];
  });
  return renderTable(columns, rows);
}

/** Of a share, how many of how many. */
function rolloutsText(settings: RunRecord["settings"]): string {
  const { rollouts } = settings;
  const { count } = blockOf(settings);
  return count === rollouts ? String(rollouts) : `${count} of ${rollouts}`;
}

/** None where none was. */
function removedLine(removed: readonly RemovedRun[]): string[] {
  const named = removed.map(({ run, name, turns }) => `run ${run} (${visible(name)}, ${turns} turns)`);
  return named.length === 0 ? [] : [runsRemoved(named.join(", "))];
}

/** Its own place, and in how many others it stands. */
function placeText({ suite, experiment, arm, places }: ListedRun): string {
  return `${suite}: ${experiment}, ${arm}${places.length === 0 ? "" : ` (+${places.length})`}`;
}

/** What broke a run that failed stands in its error. */
function statusText({ status, rolloutsBroken: broken }: ListedRun): string {
  return status === "failed" || broken === 0 ? status : `${status}, ${rolloutsBroken(broken)}`;
}
