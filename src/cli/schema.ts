import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { renderTable } from "../report/words/table.ts";
import { aboutSchema, jsonSchemaOf, schemaNamed, schemaNames } from "./documents/json-schema.ts";
import { print } from "./terminal.ts";

const examples = `
Examples:
  longhaul schema                       every document, and the command that prints it
  longhaul schema compare               what compare --json prints
  longhaul schema longhaul:compare/1    the same, by what stands in its first field, $schema

Under one number fields are added, and none is renamed or removed. Lists stay lists: each entry of them names its schema.
Lines of export and what sql prints hold the columns that were asked for, and nothing beside them.`;

/** Adds `schema`: what stands in the documents of --json. */
export function addSchemaCommand(program: Command): void {
  program
    .command("schema")
    .description("list the documents of --json, or print the JSON Schema of one")
    .argument("[name]", "of a document, or its $schema; none: list them")
    .addHelpText("after", examples)
    .action((text: string | undefined) => print(text === undefined ? listText() : schemaText(text)));
}

function listText(): string {
  return renderTable(
    [{ title: "name" }, { title: "what it is" }],
    schemaNames.map((name) => [name, aboutSchema(name)]),
  );
}

function schemaText(text: string): string {
  const name = schemaNamed(text);
  if (name === null)
    throw new UsageError(`schema ${text}: there is none of that name. There are: ${schemaNames.join(", ")}.`);
  return JSON.stringify(jsonSchemaOf(name), null, 2);
}
