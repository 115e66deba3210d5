import type { Command } from "commander";
import type { Finding } from "../audit/findings.ts";
import { type VerifiedRun, verifyRuns } from "../audit/verify.ts";
import { noRun } from "../report/sentences/scoring.ts";
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
(a SHA-256 written with each row), and hashes model files where they still are. No model is loaded.
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
      const runs = await verify(dbPath(flags), wanted);
      const holds = runs.every((run) => run.holds);
      print(flags["json"] === true ? JSON.stringify({ holds, runs }, null, 2) : render(runs));
      process.exitCode = holds ? 0 : 1;
    });
}

async function verify(path: string, wanted: readonly string[]): Promise<VerifiedRun[]> {
  const database = openReadOnly(path);
  const progress = new VerifyProgress(process.stderr);
  try {
    return await verifyRuns(database, runsNamed(database, path, "verify", wanted), progress);
  } finally {
    progress.stop();
    database.close();
  }
}

function render(runs: readonly VerifiedRun[]): string {
  if (runs.length === 0) return noRun();
  return runs.map(renderRun).join("\n");
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
