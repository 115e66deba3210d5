import type { Command } from "commander";
import type { Finding } from "../audit/findings.ts";
import { type VerifiedSpeedTests, verifySpeedTests } from "../audit/speed-tests.ts";
import { type VerifiedRun, verifyRuns } from "../audit/verify.ts";
import { noRun } from "../report/sentences/scoring.ts";
import { speedTestsVerified } from "../report/sentences/speed-tests.ts";
import { openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { runsNamed } from "./runs-argument.ts";
import { print } from "./terminal.ts";
import { visible } from "../visible-text.ts";
import { VerifyProgress } from "./verify-progress.ts";

const examples = `
Examples:
  longhaul verify            every run of the file
  longhaul verify 3 --json   one run, as a JSON document

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
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Readonly<Record<string, unknown>>) => {
      const { runs, speedTests } = await verify(dbPath(flags), wanted);
      const holds = runs.every((run) => run.holds) && speedTests.broken.length === 0;
      print(
        flags["json"] === true
          ? JSON.stringify({ holds, runs, speedTests }, null, 2)
          : render(runs, speedTests),
      );
      process.exitCode = holds ? 0 : 1;
    });
}

interface Verified {
  readonly runs: readonly VerifiedRun[];
  /** None where runs were named. */
  readonly speedTests: VerifiedSpeedTests;
}

async function verify(path: string, wanted: readonly string[]): Promise<Verified> {
  const database = openReadOnly(path);
  const progress = new VerifyProgress(process.stderr);
  try {
    const runs = await verifyRuns(database, runsNamed(database, path, "verify", wanted), progress);
    const speedTests = wanted.length > 0 ? { count: 0, broken: [] } : verifySpeedTests(database);
    return { runs, speedTests };
  } finally {
    progress.stop();
    database.close();
  }
}

function render(runs: readonly VerifiedRun[], { count, broken }: VerifiedSpeedTests): string {
  const tests = broken.map(({ id, test }) => `${id} (${visible(test)})`);
  const lines = [...runs.map(renderRun), ...(count === 0 ? [] : [speedTestsVerified(count, tests)])];
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
