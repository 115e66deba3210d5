import { existsSync, realpathSync } from "node:fs";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { chooseRuns } from "../reading/choose.ts";
import { readGroups } from "../reading/groups.ts";
import { newestSuite, readArms } from "../reading/runs.ts";
import type { Source } from "../reading/source.ts";
import { compareGroups } from "../report/compare/compare-document.ts";
import type { CompareDocument } from "../figures/compare-schema.ts";
import { failuresOf, parseLimits } from "../report/compare/limits.ts";
import { groupings, isGrouping } from "../report/compare/row-labels.ts";
import { judgedOtherwiseNote, leftOutNote } from "../report/sentences/notes.ts";
import { isMetric, metrics, partsOf, showsHorizons } from "../figures/metric.ts";
import { renderCompareMarkdown } from "../report/compare/markdown.ts";
import { renderCompareCsv } from "../report/compare/csv.ts";
import { renderCompare } from "../report/compare/text.ts";
import { buildSuiteDocument } from "../report/suite/suite-document.ts";
import { renderSuiteMarkdown } from "../report/suite/markdown.ts";
import { renderSuiteCsv } from "../report/suite/csv.ts";
import { renderSuite } from "../report/suite/text.ts";
import { openReadOnly } from "../store/database.ts";
import { jsonOf } from "./documents/json.ts";
import { joined, readHorizons, withHorizonsOption } from "./horizons-option.ts";
import { refuseRunsBeside, suiteNamed } from "./named-suite.ts";
import { dbPath } from "./database-option.ts";
import { askedMargin } from "./margin-option.ts";
import { complain, outputStyle, print } from "./terminal.ts";

const examples = `
Examples:
  longhaul compare                              the newest run and all that compare with it
  longhaul compare 3 4 --baseline 3
  longhaul compare --pairs                      every pair of more than three rows, not their tiers
  longhaul compare q8 q4 --baseline q8 --margin 20%   may q4 stand for q8?
  longhaul compare --by quantization --metric speed
  longhaul compare --horizons 0.5,0.8,0.95      until fewer than 50, 80, 95 % are without an error
  longhaul compare --fail-under h50=20,accuracy=0.95 --json
  longhaul compare --baseline q8 --fail-under margin=20%
  longhaul compare --suite quick                every experiment of a suite
  longhaul compare --db a.db --db b.db          runs of several files, named a:1, b:1
Names for --fail-under: h50, h80, h90 and those of --horizons (turns), accuracy, turn2, decode (tokens/s); with .low the interval's lower end has to reach it; margin: every row has to be good enough.
Exit codes: 0 done, 2 usage, 3 a group is under a limit, or cannot be shown to reach it.`;

/** Adds `compare`: which model goes further, by how much, with what certainty. */
export function addCompareCommand(program: Command): void {
  const command = program
    .command("compare")
    .description("which model or quantization goes further, by how much, with what certainty")
    .argument(
      "[runs...]",
      "run numbers, names of runs or models (name:1 where a name is a number), or paths of models; none: the newest run and all that compare with it",
    )
    .option(
      "--db <file>",
      "the SQLite file; may be given several times (default: $LONGHAUL_DB, or longhaul.db)",
      (file: string, before: string[] | undefined) => [...(before ?? []), file],
    );
  withHorizonsOption(command)
    .option("--by <what>", `what the rows are named and ordered by: ${groupings.join(", ")}`, "model")
    .option("--suite <name>", "the experiments of a suite, a table each; all: single runs beside them")
    .option("--metric <name>", `which measures: ${metrics.join(", ")}`, "summary")
    .option("--baseline <run>", "compare all others with this one only")
    .option(
      "--pairs",
      "of more than three rows: test and tell every pair, instead of parting them into tiers",
    )
    .option(
      "--margin <share>",
      "whether rows get at most so much less far than the baseline, or the best: good enough, worse or undecided; for example 20%",
    )
    .option(
      "--across",
      "set side by side what was measured under different settings; the differences are listed",
    )
    .option(
      "--fail-under <limits>",
      "for CI: exit with 3 when a group is under a limit, for example h50=20",
      joined,
    )
    .option("--json", "one JSON document on stdout")
    .option("--markdown", "a Markdown table")
    .option("--csv", "one line for each group, or for each row of a suite")
    .addHelpText("after", examples)
    .action((wanted: string[], flags: Readonly<Record<string, unknown>>, command: Command) => {
      const given = Object.keys(flags).filter((name) => command.getOptionValueSource(name) === "cli");
      process.exitCode = compare(wanted, flags, new Set(given));
    });
}

/** @param given names of the flags that the user typed; all others have their defaults */
function compare(
  wanted: readonly string[],
  flags: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): number {
  const by = choice(flags, "by", isGrouping, groupings);
  const metric = choice(flags, "metric", isMetric, metrics);
  const thresholds = readHorizons(flags["horizons"]);
  const margin = askedMargin(flags);
  const limits = margin.limits === null ? [] : parseLimits(margin.limits, thresholds);
  if (flags["pairs"] === true && typeof flags["baseline"] === "string")
    throw new UsageError(
      `--pairs: with --baseline ${flags["baseline"]} all rows are compared with that one alone. Leave one of the two out.`,
    );
  const paths = (flags["db"] as string[] | undefined) ?? [dbPath({})];
  const sources = different(paths).map((path) => ({ path, database: openReadOnly(path) }));
  try {
    const suite = suiteOf(sources, wanted, flags["suite"]);
    if (suite !== null) {
      refuseForSuite(suite, flags, given);
      print(renderExperiments(sources, suite, { flags, thresholds }));
      return 0;
    }
    if (thresholds.length > 0 && !showsHorizons(metric) && flags["json"] !== true)
      throw new UsageError(
        `--horizons ${String(flags["horizons"])}: --metric ${metric} has no column for them. Use --metric horizon, or --json.`,
      );
    const choice = chooseRuns(sources, wanted);
    const notes = [
      ...(choice.judgedOtherwise === null ? [] : [judgedOtherwiseNote(choice.judgedOtherwise)]),
      ...(choice.others === 0 ? [] : [leftOutNote(choice.others)]),
    ];
    const document: CompareDocument = {
      schemaVersion: 1,
      db: sources.map(({ path }) => path),
      ...compareGroups(readGroups(choice, partsOf(metric, flags["json"] === true)), notes, {
        by,
        baseline: typeof flags["baseline"] === "string" ? flags["baseline"] : null,
        isEveryPair: flags["pairs"] === true,
        // What one turn is asked behind is another history.
        across: flags["across"] === true ? "all" : metric === "headline" ? "alike" : "refused",
        metric,
        thresholds,
        margin: margin.share,
      }),
    };
    const failures = failuresOf(document, limits, margin.isLimit);
    print(render(document, metric, flags));
    return complainOf(failures);
  } finally {
    for (const { database } of sources) database.close();
  }
}

/**
 * The suite asked for, or the one that the newest run is part of; null: single runs are compared.
 *
 * @throws UsageError for a suite that is not in the files, or beside runs
 */
function suiteOf(sources: readonly Source[], wanted: readonly string[], asked: unknown): string | null {
  if (asked === "all") return null;
  if (typeof asked !== "string") return wanted.length > 0 ? null : newestSuite(sources);
  refuseRunsBeside(asked, wanted);
  return suiteNamed(sources, asked);
}

/** What decides how single runs are compared, by flag: experiments decide it themselves. */
const refused = {
  metric: "--metric",
  by: "--by",
  baseline: "--baseline",
  pairs: "--pairs",
  margin: "--margin",
  across: "--across",
  failUnder: "--fail-under",
} as const;

/** @throws UsageError for a flag that a suite would ignore */
function refuseForSuite(
  suite: string,
  flags: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): void {
  for (const [name, flag] of Object.entries(refused)) {
    if (!given.has(name)) continue;
    const text = flags[name] === true ? flag : `${flag} ${String(flags[name])}`;
    throw new UsageError(
      given.has("suite")
        ? `${text}: experiments of a suite decide their rows, measures and controls themselves. Leave it out, or compare single runs with --suite all.`
        : `${text}: the newest run is part of the suite ${suite}, and experiments of a suite decide their rows, measures and controls themselves. Name runs, or compare single runs with --suite all.`,
    );
  }
}

function renderExperiments(
  sources: readonly Source[],
  suite: string,
  {
    flags,
    thresholds,
  }: { readonly flags: Readonly<Record<string, unknown>>; readonly thresholds: readonly number[] },
): string {
  const paths = sources.map(({ path }) => path).join(", ");
  const document = buildSuiteDocument(readArms(sources, suite), paths, suite, thresholds);
  if (flags["json"] === true) return jsonOf("suite", document);
  if (flags["markdown"] === true) return renderSuiteMarkdown(document);
  if (flags["csv"] === true) return renderSuiteCsv(document);
  return renderSuite(document, outputStyle(process.stdout));
}

function render(
  document: CompareDocument,
  metric: (typeof metrics)[number],
  flags: Readonly<Record<string, unknown>>,
): string {
  if (flags["json"] === true) return jsonOf("compare", document);
  if (flags["markdown"] === true) return renderCompareMarkdown(document, metric);
  if (flags["csv"] === true) return renderCompareCsv(document, metric);
  return renderCompare(document, metric, outputStyle(process.stdout));
}

/** Each file once, by whatever paths it was named, in an order of their own. */
function different(paths: readonly string[]): string[] {
  const files = new Map(paths.toSorted().map((path) => [existsSync(path) ? realpathSync(path) : path, path]));
  return [...files.values()];
}

/** What a CI log has to say, on stderr; the exit code. */
function complainOf(failures: readonly string[]): number {
  for (const failure of failures) complain(`--fail-under: ${failure}`);
  return failures.length > 0 ? 3 : 0;
}

function choice<Name extends string>(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  isKnown: (text: string) => text is Name,
  known: readonly Name[],
): Name {
  const value = String(flags[name]);
  if (!isKnown(value)) throw new UsageError(`--${name} ${value}: must be one of ${known.join(", ")}.`);
  return value;
}
