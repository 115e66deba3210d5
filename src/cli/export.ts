import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { fileNameOf } from "../file-name.ts";
import { packageVersion } from "../runs/shipped.ts";
import { readPage } from "../reading/page.ts";
import { buildPageDocument } from "../report/page/page-document.ts";
import type { PageDocument } from "../report/page/page-schema.ts";
import { type Database, openReadOnly } from "../store/database.ts";
import {
  type Cell,
  type ExportColumn,
  exportColumns,
  type ExportKind,
  exportKinds,
  exportRows,
} from "../store/export-rows.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { shownColumns } from "./documents/export-line.ts";
import { exportFormats } from "./export-formats.ts";
import { exportInspect } from "./export-inspect.ts";
import { FlagReader, type Flags, type GivenFlags, givenFlags } from "./flag-reader.ts";
import { writeOutput } from "./output.ts";
import { outputPlace } from "./output-place.ts";
import { runsNamed } from "./runs-argument.ts";
import { withoutFolders } from "./without-folders.ts";

const examples = `
Examples:
  longhaul export 3 4 -o turns.csv                     every turn of two runs
  longhaul export --what runs --format markdown        one line a run, for a report
  longhaul export 3 4 --svg task-accuracy -o far.svg   a figure of the report, for a paper or a README
  longhaul export --what rollouts --format jsonl | ... every conversation, its end and its first error
  longhaul export 3 4 --format inspect -o logs         eval logs: inspect view --log-dir logs

Columns are those of the file's views (src/store/README.md, and longhaul schema export-turns); folders of this machine are
left out.
In CSV a text that a spreadsheet would take for a formula (=, +, -, @) has a ' before it; JSON keeps it as it is.
inspect: an eval log of inspect_ai for each run, a sample a rollout. One that was cut has the limit or the error that ended it,
and no score of what it left open.`;

/** Adds `export`: rows for other programs. */
export function addExportCommand(program: Command): void {
  const command = program
    .command("export")
    .description(
      "write turns, rollouts or runs as CSV, JSON lines, JSON, a Markdown table, or eval logs of inspect_ai",
    )
    .argument("[runs...]", "run numbers; none: all runs");
  withDatabaseOption(command)
    .option("--what <rows>", "turns, rollouts or runs", "turns")
    .option("--format <format>", "csv, jsonl, json, markdown or inspect", "csv")
    .option(
      "--svg <figure>",
      "a figure of the report page as an SVG file instead of rows, such as task-accuracy",
    )
    .option("-o, --output <file>", "where to write, with inspect a folder (default: stdout)")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Flags) => {
      const read = new FlagReader(flags);
      const kind = read.choice("what", exportKinds);
      const formatName = read.choice("format", [...formatNames, "inspect"]);
      const path = dbPath(flags);
      if (formatName === "inspect") {
        refuseBesideInspect(givenFlags(command));
        return writeLogs(path, wanted, read.optionalText("output"));
      }
      const format = exportFormats[formatName];
      const output = outputPlace(flags, "output", path);
      const database = openReadOnly(path);
      try {
        const figure = read.optionalText("svg");
        if (figure !== null) {
          const svg = await drawFigure(database, path, wanted, figure);
          await writeOutput([svg], output);
          return;
        }
        const ids = runsNamed(database, path, "export", wanted);
        const columns = exportColumns(kind);
        const pieces = format(shownColumns(kind), shownRows(database, kind, columns, ids));
        await writeOutput(pieces, output);
      } finally {
        database.close();
      }
    });
}

async function writeLogs(path: string, wanted: readonly string[], output: string | null): Promise<void> {
  const database = openReadOnly(path);
  try {
    const ids = runsNamed(database, path, "export", wanted);
    await exportInspect(database, path, ids, output === "-" ? null : output);
  } finally {
    database.close();
  }
}

/** @throws UsageError for a flag that it would ignore */
function refuseBesideInspect(given: GivenFlags): void {
  const flag = ["what", "svg"].find((name) => given(name));
  if (flag !== undefined)
    throw new UsageError(
      `--${flag}: an eval log holds whole runs and nothing else. Leave it out, or --format inspect.`,
    );
}

interface Figures {
  readonly figureSvg: (document: PageDocument, id: string) => string | null;
  readonly figureNames: (document: PageDocument) => string[];
}

/** @throws UsageError for a figure that the runs have no data for, naming those they have */
async function drawFigure(
  database: Database,
  path: string,
  wanted: readonly string[],
  id: string,
): Promise<string> {
  const document = buildPageDocument(readPage({ path, database }, wanted), {
    title: null,
    version: packageVersion(),
    isAcross: false,
  });
  // Bundled at build time, like the page.
  const bundle = new URL("../page/figure-svg.js", import.meta.url).href;
  const { figureSvg, figureNames } = (await import(bundle)) as Figures;
  const svg = figureSvg(document, id);
  if (svg !== null) return svg;
  throw new UsageError(
    `--svg ${id}: these runs have no such figure, or several that begin so. They have ${figureNames(document).join(", ") || "none"}.`,
  );
}

const formatNames = Object.keys(exportFormats) as (keyof typeof exportFormats)[];

/** What is exported is shared; the folders of the machine that made it are nobody's business. */
function* shownRows(
  database: Database,
  kind: ExportKind,
  columns: readonly ExportColumn[],
  ids: readonly number[],
): Generator<Cell[]> {
  const shown = columns.map(({ name }) => shownAs[name] ?? null);
  for (const row of exportRows(database, kind, ids))
    yield row.map((cell, index) => (typeof cell === "string" ? (shown[index]?.(cell) ?? cell) : cell));
}

/** Columns that may hold paths, and how they are shown. */
const shownAs: Readonly<Record<string, (text: string) => string>> = {
  model_path: fileNameOf,
  error: withoutFolders,
  detail: withoutFolders,
  settings: (text) =>
    JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === "string" ? fileNameOf(value) : value,
    ),
};
