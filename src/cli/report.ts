import { resolve } from "node:path";
import type { Command } from "commander";
import { messageOf, UsageError } from "../errors.ts";
import { renderPageMarkdown } from "../report/page/markdown.ts";
import { pageWritten } from "../report/sentences/run.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { complain, print } from "./terminal.ts";
import { readHorizons, withHorizonsOption } from "./horizons-option.ts";
import { refuseRunsBeside } from "./named-suite.ts";
import { outputPlace } from "./output-place.ts";
import { pageOf, writePage } from "./page-file.ts";
import { typedLine } from "../typed-line.ts";

const examples = `
Examples:
  longhaul report                          report.html from the newest run and all that compare with it
  longhaul report 3 4 -o quants.html --title "Q4 against Q8"
  longhaul report --open
  longhaul report --markdown > comment.md  for an issue or a model card
  longhaul report --suite quick --markdown every experiment of a suite, a table and its sentences each
  longhaul report --horizons 0.5,0.95      until fewer than 50 and 95 % are without an error`;

/** Adds `report`: one page that holds everything and fetches nothing. */
export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write one self-contained HTML page: conclusion, curves, transcripts, provenance")
    .argument(
      "[runs...]",
      "run numbers, run names or model names (name:1 where a name is a number); none: the newest run and all beside it",
    );
  withHorizonsOption(withDatabaseOption(command))
    .option("-o, --output <file>", "where the page goes", "report.html")
    .option("--title <text>", "headline of the page")
    .option("--suite <name>", "the experiments of this suite alone; else of every suite in the file")
    .option("--across", "compare runs under different settings all the same; the differences are listed")
    .option("--open", "open it in the browser")
    .option("--markdown", "print a Markdown summary instead of writing a page")
    .addHelpText("after", examples)
    .action((wanted: string[], flags: Flags) => report(wanted, flags));
}

async function report(wanted: readonly string[], flags: Flags): Promise<void> {
  const shown = {
    dbPath: dbPath(flags),
    title: typeof flags["title"] === "string" ? flags["title"] : null,
    isAcross: flags["across"] === true,
    suite: typeof flags["suite"] === "string" ? flags["suite"] : null,
    thresholds: readHorizons(flags["horizons"]),
  };
  if (shown.suite !== null) refuseRunsBeside(shown.suite, wanted);
  if (flags["markdown"] === true) {
    const document = pageOf(shown, wanted);
    if (document === null) throw nothingToShow(shown.dbPath);
    print(renderPageMarkdown(document));
    return;
  }
  const output = outputPlace(flags, "output", shown.dbPath);
  if (output === null) throw new UsageError("--output -: a page needs a file. Name one, or add --markdown.");
  if (!(await writePage({ ...shown, output, isLive: false }, wanted))) throw nothingToShow(shown.dbPath);
  print(pageWritten(output.path));
  if (flags["open"] === true) await openInBrowser(output.path);
}

function nothingToShow(path: string): UsageError {
  return new UsageError(`report: no run that answered in ${path}. Make one: ${typedLine("run", path)}`);
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
