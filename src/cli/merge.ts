import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  mergedHolds,
  partMerged,
  replayUnnamed,
  runGoesOn,
  runHeld,
  runStaysRemoved,
} from "../report/sentences/merge.ts";
import { portableSettings } from "../runs/before-run.ts";
import { shellWord } from "../typed-line.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { held, type LeftOut, type MergedPart, mergePart } from "../store/merge.ts";
import { assertParts } from "../store/parts.ts";
import { visible } from "../visible-text.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { placeNamed } from "./output-place.ts";
import { StepProgress } from "./step-progress.ts";
import { complain, print } from "./terminal.ts";

const examples = `
Examples:
  longhaul merge part-1.db part-2.db -o all.db   runs of several machines in one file
  longhaul merge part-*.db -o all.db             again, once the parts have grown: what is there is known
  longhaul merge laptop.db -o longhaul.db        into a file that has runs of its own

Parts are only read, in any order, however they overlap. A run is known by its unique id, so one that is there is not brought
twice, and one that went on takes the place of what it was. A part that contradicts the file is refused, and nothing of it is
written. Runs get new numbers; longhaul verify finds them as they were written.
Exit code 1: a part was refused.`;

/** Adds `merge`: the runs of several files in one. */
export function addMergeCommand(program: Command): void {
  program
    .command("merge")
    .description("bring the runs of several files into one, each once")
    .argument("<parts...>", "files with runs, which are only read")
    .requiredOption("-o, --output <file>", "the file that they come into; it may be there")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action((parts: string[], flags: Flags) => {
      const isJson = flags["json"] === true;
      const { path, target, isReplaced } = placeNamed("-o", String(flags["output"]), null);
      if (!isReplaced) throw new UsageError(`-o ${path}: is no place for a database. Name another file.`);
      assertParts(parts, path, target);
      const database = openDatabase(target);
      try {
        const merged = mergeParts(database, parts, path, isJson);
        const holds = held(database);
        if (isJson) print(jsonOf("merge", { file: path, ...holds, parts: merged }));
        else print(mergedHolds(path, holds.runs, holds.turns, `longhaul compare --db ${shellWord(path)}`));
        if (merged.some(({ refused }) => refused !== null)) process.exitCode = 1;
      } finally {
        database.close();
      }
    });
}

function mergeParts(
  database: Database,
  parts: readonly string[],
  target: string,
  isJson: boolean,
): MergedPart[] {
  const progress = new StepProgress(process.stderr);
  return parts.map((part) => {
    const merged = mergePart(database, part, {
      named: target,
      portable: portableSettings,
      onTurns: (done, total) => progress.update(`${part} merged`, done, total),
    });
    progress.stop();
    if (merged.refused !== null) complain(merged.refused);
    else if (!isJson) tell(merged, target);
    return merged;
  });
}

function tell({ part, added, known, continued, leftOut }: MergedPart, target: string): void {
  const runs = {
    added: added.length,
    known: known.length,
    continued: continued.length,
    leftOut: leftOut.length,
  };
  print(partMerged(part, runs));
  for (const one of leftOut) print(`  ${leftOutText(one, target)}`);
}

function leftOutText({ run, name, why }: LeftOut, target: string): string {
  const named = `run ${run} (${visible(name)})`;
  if (why === "running") return runGoesOn(named);
  if (why === "held") return runHeld(named, target);
  return why === "removed" ? runStaysRemoved(named, target) : replayUnnamed(named);
}
