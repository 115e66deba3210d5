import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { type ChangedTurn, type RescoredRun, rescoreRun } from "../audit/rescore.ts";
import {
  moreChanges,
  noRunEnded,
  turnsLeftOut,
  verdictsChanged,
  verdictsContradicted,
} from "../report/sentences/scoring.ts";
import { renderTable } from "../report/words/table.ts";
import type { StoredVerdict } from "../store/stored-rows.ts";
import { type Database, openDatabase, openReadOnly } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import { currentParser, type Parser, parserOf, parsers } from "../tasks/parsers.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { runsNamed } from "./runs-argument.ts";
import { print } from "./terminal.ts";
import { visible } from "../visible-text.ts";

const examples = `
Examples:
  longhaul rescore --dry-run        what the newest parser would change, all runs
  longhaul rescore 3 4 --parser 1   add verdicts by parser version 1 to two runs
Verdicts are added, never changed. Reports show those of the newest version.`;

/** Adds `rescore`: judge stored turns again, without a model. */
export function addRescoreCommand(program: Command): void {
  const command = program
    .command("rescore")
    .description("judge stored answers again with another version of the parser; no model is needed")
    .argument("[runs...]", "run numbers; none: every run that has ended");
  withDatabaseOption(command)
    .option("--parser <version>", "the parser's version", String(currentParser.version))
    .option("--dry-run", "show what would change and write nothing")
    .option("--json", "every changed turn, as one JSON document")
    .addHelpText("after", examples)
    .action((wanted: string[], flags: Readonly<Record<string, unknown>>) => {
      const path = dbPath(flags);
      const parser = parseParser(String(flags["parser"]));
      const isDryRun = flags["dryRun"] === true;
      const database = open(path, isDryRun);
      try {
        const runs = rescore(database, path, wanted, parser, isDryRun);
        print(
          flags["json"] === true
            ? jsonOf("rescore", { parserVersion: parser.version, dryRun: isDryRun, runs })
            : render(runs, parser, isDryRun),
        );
      } finally {
        database.close();
      }
    });
}

/** Opening for writing would create a file that is not there. */
function open(path: string, isDryRun: boolean): Database {
  const readOnly = openReadOnly(path);
  if (isDryRun) return readOnly;
  readOnly.close();
  return openDatabase(path);
}

function parseParser(text: string): Parser {
  const parser = /^\d+$/.test(text) ? parserOf(Number(text)) : null;
  if (parser !== null) return parser;
  const versions = parsers.map(({ version }) => version).join(", ");
  throw new UsageError(`--parser ${text}: no such version. There is: ${versions}.`);
}

function rescore(
  database: Database,
  path: string,
  wanted: readonly string[],
  parser: Parser,
  isDryRun: boolean,
): RescoredRun[] {
  return runsNamed(database, path, "rescore", wanted).flatMap((id) => {
    const run = getRun(database, id);
    if (run === null) return [];
    if (run.status !== "running") return [rescoreRun(database, run, parser, isDryRun)];
    if (wanted.length === 0) return [];
    throw new UsageError(`rescore ${id}: this run is still going on. Wait for its end.`);
  });
}

const listedMax = 20;

function render(runs: readonly RescoredRun[], parser: Parser, isDryRun: boolean): string {
  if (runs.length === 0) return noRunEnded();
  const changed = runs.flatMap((run) => run.changed);
  const lines = runs.map((run) => describe(run, isDryRun));
  if (changed.length > 0) lines.push("", renderChanges(changed.slice(0, listedMax)));
  if (changed.length > listedMax) lines.push(moreChanges(changed.length - listedMax));
  const turns = runs.reduce((sum, run) => sum + run.turns, 0);
  const verb = isDryRun ? "would change" : "changed";
  lines.push("", `Parser ${parser.version} ${verb} ${changed.length} of ${turns} verdicts.`);
  if (isDryRun) lines.push("Nothing was written.");
  return lines.join("\n");
}

function describe(run: RescoredRun, isDryRun: boolean): string {
  const parts = [
    `${run.turns} turns judged`,
    `${run.added} verdicts ${isDryRun ? "would be added" : "added"}`,
    verdictsChanged(run.counts),
  ];
  if (run.contradicted > 0) parts.push(verdictsContradicted(run.contradicted));
  if (run.leftOut > 0) parts.push(turnsLeftOut(run.leftOut));
  return `run ${run.run}  ${visible(run.name)}: ${parts.join("; ")}`;
}

function renderChanges(changed: readonly ChangedTurn[]): string {
  const both = (turn: ChangedTurn, value: (verdict: StoredVerdict) => Cell): string => {
    const [before, after] = [written(value(turn.old)), written(value(turn.new))];
    return before === after ? before : `${before} -> ${after}`;
  };
  return renderTable(
    [
      { title: "run", align: "right" },
      { title: "rollout", align: "right" },
      { title: "turn", align: "right" },
      { title: "parser" },
      { title: "verdict" },
      { title: "answer" },
      { title: "expected" },
      { title: "right so far" },
      { title: "text" },
    ],
    changed.map((turn) => [
      String(turn.run),
      String(turn.rollout),
      String(turn.turn),
      both(turn, ({ parserVersion }) => parserVersion),
      both(turn, (verdict) => verdict.class),
      both(turn, ({ answer }) => answer),
      both(turn, ({ basis }) => basis.expected),
      both(turn, ({ taskCorrect }) => taskCorrect),
      shortened(visible(turn.text)),
    ]),
  );
}

type Cell = string | number | boolean | null;

function written(value: Cell): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null ? "none" : String(value);
}

function shortened(text: string): string {
  return text.length <= 50 ? text : `${text.slice(0, 24)}...${text.slice(-23)}`;
}
