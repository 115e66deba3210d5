import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { messageOf, UsageError } from "../errors.ts";
import { checksOf, worstOf } from "../doctor/checks.ts";
import { type DoctorDocument, doctorDocumentSchema, type Facts } from "../doctor/doctor-schema.ts";
import { factsHere } from "../doctor/facts.ts";
import { doctorSums } from "../report/sentences/doctor.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { renderChecks } from "./doctor-lines.ts";
import type { Flags } from "./flag-reader.ts";
import { outputStyle, print } from "./terminal.ts";

const examples = `
Looks at Node, llama.cpp and its backends, memory, cores, the folders that a run writes to, and the database; then plays two
short runs whose answers are known, in a scratch folder that it removes. It takes about ten seconds. Nothing is built,
downloaded or sent. What --json prints holds no names of files, folders, people or hosts, so it can go into a bug report.

Examples:
  longhaul doctor
  longhaul doctor --db /data/runs.db          whether runs can be kept there
  longhaul doctor --json > doctor.json        for a bug report
  longhaul doctor --from doctor.json          what such a report says, in words

Exit codes: 0 usable, warnings or not; 1 a problem keeps runs from working; 2 usage.`;

/** Adds `doctor`: whether runs can work on this machine, and what to do where they cannot. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "check whether models can be measured on this machine, and tell what to do where they cannot",
    );
  withDatabaseOption(command)
    .option("--from <file>", "what doctor --json wrote, on whichever machine, in place of this one")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (flags: Flags) => {
      process.exitCode = await diagnose(flags);
    });
}

async function diagnose(flags: Flags): Promise<number> {
  const from = flags["from"];
  const { facts, paths } =
    typeof from === "string" ? { facts: factsIn(from), paths: {} } : await factsHere(dbPath(flags));
  const document = documentOf(facts);
  if (flags["json"] === true) print(jsonOf("doctor", document));
  else print(renderChecks(document, paths, outputStyle(process.stdout)));
  return document.state === "problem" ? 1 : 0;
}

function documentOf(facts: Facts): DoctorDocument {
  const checks = checksOf(facts);
  const count = (wanted: DoctorDocument["state"]): number =>
    checks.filter(({ state }) => state === wanted).length;
  const summary = doctorSums(count("problem"), count("warning"));
  const $schema = "longhaul:doctor/1";
  return { $schema, schemaVersion: 1, state: worstOf(checks), summary, checks, facts };
}

/** What is said of them is said anew. */
function factsIn(path: string): Facts {
  try {
    return doctorDocumentSchema.parse(JSON.parse(readFileSync(path, "utf8"))).facts;
  } catch (error) {
    const [why = ""] = messageOf(error).split("\n", 1);
    throw new UsageError(`--from ${path}: is nothing that doctor --json wrote (${why}). Name such a file.`);
  }
}
