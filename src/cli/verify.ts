import type { Command } from "commander";
import type { Finding } from "../audit/findings.ts";
import { type VerifiedSpeedTests, verifySpeedTests } from "../audit/speed-tests.ts";
import { type VerifiedRun, type VerifyView, verifyRuns } from "../audit/verify.ts";
import { marksVerified } from "../report/sentences/file.ts";
import { noRun } from "../report/sentences/scoring.ts";
import { speedTestsVerified } from "../report/sentences/speed-tests.ts";
import { type Database, openReadOnly } from "../store/database.ts";
import { removedRuns } from "../store/removed.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { runsNamed } from "./runs-argument.ts";
import { print } from "./terminal.ts";
import { visible } from "../visible-text.ts";
import { StepProgress } from "./step-progress.ts";
import { verifyFile } from "./verify-file.ts";

const examples = `
Examples:
  longhaul verify            every run of the file
  longhaul verify 3 --json   one run, as a JSON document
  longhaul verify --file     the file itself: every page, reference and seal; fast, and judges nothing again

Draws the instances again from the seed, judges every stored text again, recounts tokens and times, compares seals
(a SHA-256 written with each row, tests of speed included), and hashes model files where they still are. No model is loaded.
Exit codes: 0 everything holds, 1 something does not, 2 usage.`;

/** Adds `verify`: check what is stored against everything that can be computed again. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command("verify")
    .description(
      "check stored runs against all that can be computed again, and model files against their hash",
    )
    .argument("[runs...]", "run numbers; none: every run");
  withDatabaseOption(command)
    .option("--file", "check the file itself instead: its pages, references, schema and all seals")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Readonly<Record<string, unknown>>) => {
      if (flags["file"] === true) {
        process.exitCode = verifyFile(dbPath(flags), wanted, flags["json"] === true) ? 0 : 1;
        return;
      }
      const verified = await verify(dbPath(flags), wanted);
      const { runs, speedTests, removed } = verified;
      const holds =
        runs.every((run) => run.holds) && [speedTests, removed].every((one) => one.broken.length === 0);
      print(flags["json"] === true ? jsonOf("verify", { holds, ...verified }) : render(verified));
      process.exitCode = holds ? 0 : 1;
    });
}

interface Verified {
  readonly runs: readonly VerifiedRun[];
  /** None where runs were named, as of those that were removed. */
  readonly speedTests: VerifiedSpeedTests;
  /** Marks of runs that were removed, and the numbers of those that were changed. */
  readonly removed: { readonly count: number; readonly broken: readonly number[] };
}

async function verify(path: string, wanted: readonly string[]): Promise<Verified> {
  const database = openReadOnly(path);
  const progress = new StepProgress(process.stderr);
  const view: VerifyView = {
    onHash: (name, done, total) => progress.update(`${visible(name)} hashed`, done, total),
    onTurns: (done, total) => progress.update("turns checked", done, total),
  };
  try {
    const runs = await verifyRuns(database, runsNamed(database, path, "verify", wanted), view);
    const none = { count: 0, broken: [] };
    return wanted.length > 0
      ? { runs, speedTests: none, removed: none }
      : { runs, speedTests: verifySpeedTests(database), removed: verifyMarks(database) };
  } finally {
    progress.stop();
    database.close();
  }
}

function verifyMarks(database: Database): Verified["removed"] {
  const marks = removedRuns(database);
  const broken = marks.filter(({ seal }) => seal.stored !== seal.actual).map(({ run }) => run);
  return { count: marks.length, broken };
}

function render({ runs, speedTests: { count, broken }, removed }: Verified): string {
  const tests = broken.map(({ id, test }) => `${id} (${visible(test)})`);
  const lines = [
    ...runs.map(renderRun),
    ...(count === 0 ? [] : [speedTestsVerified(count, tests)]),
    ...(removed.count === 0 ? [] : [marksVerified(removed.count, removed.broken)]),
  ];
  return lines.length === 0 ? noRun() : lines.join("\n");
}

function renderRun(run: VerifiedRun): string {
  const head = `run ${run.run}  ${visible(run.name)}, ${run.status}, ${run.turns} turns: `;
  const more = Object.entries(run.more);
  const count = run.findings.length + more.reduce((sum, [, rest]) => sum + rest, 0);
  return [
    head + (run.holds ? "holds" : `${count} ${count === 1 ? "thing does" : "things do"} not hold`),
    ...run.findings.map((finding) => `  ${line(finding)}`),
    ...more.map(([check, rest]) => `  ${check}: and ${rest} more`),
    ...run.notChecked.map(({ what, why }) => `  not checked: ${what}: ${visible(why)}`),
  ].join("\n");
}

function line({ check, run, rollout, turn, what, expected, found }: Finding): string {
  const place = [
    `run ${run}`,
    ...(rollout === null ? [] : [`rollout ${rollout}`]),
    ...(turn === null ? [] : [`turn ${turn}`]),
  ].join(", ");
  return `${check}: ${place}: ${what}: expected ${quoted(expected)}, there is ${quoted(found)}`;
}

function quoted(text: string): string {
  return text === "" ? "nothing" : visible(text);
}
