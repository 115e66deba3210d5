import { resolve } from "node:path";
import type { Command } from "commander";
import { messageOf, UsageError } from "../errors.ts";
import { packageVersion } from "../runs/shipped.ts";
import { renderCompareMarkdown } from "../report/compare/markdown.ts";
import { readPage } from "../reading/page.ts";
import { buildPageDocument } from "../report/page/page-document.ts";
import { pageWritten } from "../report/sentences/run.ts";
import { openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { complain, print } from "./terminal.ts";
import { outputPlace } from "./output-place.ts";
import { writePage } from "./page-file.ts";

const examples = `
Examples:
  longhaul report                          report.html from the newest run and all that compare with it
  longhaul report 3 4 -o quants.html --title "Q4 against Q8"
  longhaul report --open
  longhaul report --markdown > comment.md  for an issue or a model card`;

/** Adds `report`: one page that holds everything and fetches nothing. */
export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write one self-contained HTML page: conclusion, curves, transcripts, provenance")
    .argument("[runs...]", "run numbers, run names or model names; none: the newest run and all beside it");
  withDatabaseOption(command)
    .option("-o, --output <file>", "where the page goes", "report.html")
    .option("--title <text>", "headline of the page")
    .option("--across", "compare runs under different settings all the same; the differences are listed")
    .option("--open", "open it in the browser")
    .option("--markdown", "print a Markdown summary instead of writing a page")
    .addHelpText("after", examples)
    .action((wanted: string[], flags: Flags) => report(wanted, flags));
}

async function report(wanted: readonly string[], flags: Flags): Promise<void> {
  const path = dbPath(flags);
  const title = typeof flags["title"] === "string" ? flags["title"] : null;
  const isAcross = flags["across"] === true;
  if (flags["markdown"] === true) {
    print(markdownOf(path, wanted, isAcross));
    return;
  }
  const output = outputPlace(flags, "output", path);
  if (output === null) throw new UsageError("--output: name a file.");
  if (!(await writePage({ dbPath: path, output, title, isLive: false, isAcross }, wanted)))
    throw new UsageError(`report: no run that answered in ${path}. Run "longhaul run" first.`);
  print(pageWritten(output.path));
  if (flags["open"] === true) await openInBrowser(output.path);
}

function markdownOf(path: string, wanted: readonly string[], isAcross: boolean): string {
  const database = openReadOnly(path);
  try {
    const request = { title: null, version: packageVersion(), isAcross };
    const { comparison } = buildPageDocument(readPage({ path, database }, wanted), request);
    if (comparison !== null) return renderCompareMarkdown(comparison, "summary");
    throw new UsageError(
      "report --markdown: no single runs to compare in the file. Use longhaul compare --json.",
    );
  } finally {
    database.close();
  }
}

/** The page is written by then, so it is no failure where nothing opens it. */
async function openInBrowser(path: string): Promise<void> {
  const { default: open } = await import("open");
  try {
    await open(resolve(path));
  } catch (error) {
    complain(`${path} cannot be opened from here (${messageOf(error)}); open it yourself.`);
  }
}
