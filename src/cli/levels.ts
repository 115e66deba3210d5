import type { Command } from "commander";
import { renderTable } from "../report/words/table.ts";
import { levels } from "../tasks/levels.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { print } from "./terminal.ts";

/** Adds `levels`: the list that `--level` takes its names from. */
export function addLevelsCommand(program: Command): void {
  program
    .command("levels")
    .description("list the levels of run --level, from the easiest to the hardest, and what each asks")
    .option("--json", "one JSON document on stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  longhaul levels\n  longhaul run model.gguf --level addition-9\n  longhaul run model.gguf --level auto",
    )
    .action((flags: Flags) => {
      print(flags["json"] === true ? jsonOf("levels", { schemaVersion: 1, levels }) : listText());
    });
}

function listText(): string {
  return renderTable(
    [{ title: "#", align: "right" }, { title: "level" }, { title: "asks a model to" }],
    levels.map(({ name, asks }, index) => [String(index + 1), name, asks]),
  );
}
