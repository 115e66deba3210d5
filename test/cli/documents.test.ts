import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { commands } from "../../src/cli/commands.ts";
import { documents } from "../../src/cli/documents/index.ts";
import { jsonSchemaOf, schemaNames } from "../../src/cli/documents/json-schema.ts";
import { documentWith, healthy } from "../doctor/planted.ts";
import { serverOf } from "../engine/server/local-server.ts";
import { commandLine } from "../register/command-line.ts";
import { nameOf, type Node, treeOf, walk } from "../syntax.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const model = "models/longhaul-ref-early.gguf";
const scripted = "scripted:p=0.8,cut-error=0.02";
const small = ["--rollouts", "8", "--turns", "6"];

writeFileSync(
  at("small.yaml"),
  "name: small\nexperiments: [{ use: horizon, rollouts: 4, turns: 5 }, { use: self-conditioning, rollouts: 4, turns: 6 }, { use: capacity, rollouts: 8 }]\n",
);

writeFileSync(at("doctor.json"), JSON.stringify(documentWith(healthy)));

/** One file, as a user goes on with it: each line once, and the document that it prints. */
const lines: readonly (readonly [name: keyof typeof documents, ...args: readonly string[]])[] = [
  ["run", "run", "--engine", scripted, ...small, "--confidence", "top2", "--quiet"],
  ["run", "run", "--engine", "scripted:p=0.95", ...small, "--quiet"],
  ["run", "run", model, "models/longhaul-ref-late.gguf", "--rollouts", "2", "--turns", "3", "--quiet"],
  ["run-plan", "run", model, "--dry-run"],
  ["run-plan", "run", "--engine", scripted, "--dry-run"],
  ["run-prompts", "run", model, "--print-prompt"],
  ["resumable", "resume"],
  ["run", "remeasure", "3", "--quiet"],
  ["run", "show", "1", "--horizons", "0.7"],
  ["turn", "show", "1", "--rollout", "0"],
  ["prompt", "show", "1", "--rollout", "0", "--prompt"],
  ["paper-scoring", "show", "1", "--scoring", "paper"],
  ["doctor", "doctor", "--from", at("doctor.json")],
  ["levels", "levels"],
  ["ls", "ls"],
  ["models", "models", "models"],
  ["speed", "speed", model, "-p", "8", "-n", "4", "-r", "2", "-t", "1", "--quiet"],
  ["compare", "compare", "1", "2"],
  ["compare", "compare", "1", "2", "--metric", "headline"],
  ["compare", "compare", "3", "--metric", "depth"],
  ["power", "power", "--h50", "20", "--ratio", "1.5"],
  ["rescore", "rescore", "--parser", "1"],
  ["verify", "verify"],
  ["backup", "backup", at("copy.db")],
  ["rm", "rm", "3", "--yes"],
  ["verify-file", "verify", "--file"],
  ["merge", "merge", at("copy.db"), "-o", at("merged.db")],
  ["suite-plan", "suite", "plan", at("small.yaml"), "scripted:p=0.9"],
  ["suite", "suite", "run", at("small.yaml"), "scripted:p=0.9", "--quiet"],
  ["suite", "compare", "--suite", "small"],
  ["ls", "ls"],
  ["dataset", "dataset", "import", at("set.json")],
];

/** Commands whose JSON has no schema of its own, and why. */
const withoutSchema: Readonly<Record<string, string>> = {
  sql: "an array of objects, whose fields are the columns that were asked for",
};

const printed: { readonly name: keyof typeof documents; readonly line: string; readonly entry: unknown }[] =
  [];

beforeAll(async () => {
  const db = at("all.db");
  await commandLine(["dataset", "export", "--rollouts", "3", "-o", at("set.json")], db);
  const server = await serverOf("ollama");
  const all = [...lines, ["models-served", "models", "--server", server]] as typeof lines;
  for (const [name, ...args] of all) {
    const { code, stdout, stderr } = await commandLine([...args, "--json"], db);
    const line = args.join(" ");
    expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
    const document: unknown = JSON.parse(stdout);
    for (const entry of Array.isArray(document) ? document : [document]) printed.push({ name, line, entry });
  }
}, 600_000);

describe("documents of --json", () => {
  it("name their schema first, and hold what it says and nothing else", () => {
    for (const { name, line, entry } of printed) {
      const [[first, id] = []] = Object.entries(entry as object);
      expect([line, first, id]).toEqual([line, "$schema", `longhaul:${name}/1`]);
      const { $schema: _, ...content } = entry as Record<string, unknown>;
      // What a schema does not know is left out by it.
      const { data, error } = documents[name].safeParse(content);
      expect({ line, error }).toEqual({ line, error: undefined });
      expect(data, line).toEqual(content);
    }
  });

  it("fit the JSON Schema that is printed for what they name", async () => {
    for (const name of new Set(printed.map((one) => one.name))) {
      const { stdout } = await commandLine(["schema", `longhaul:${name}/1`], at("all.db"));
      const schema = z.fromJSONSchema(JSON.parse(stdout) as Parameters<typeof z.fromJSONSchema>[0]);
      for (const { line, entry } of printed.filter((one) => one.name === name)) {
        expect({ line, error: schema.safeParse(entry).error }).toEqual({ line, error: undefined });
        expect(schema.safeParse({ ...(entry as object), $schema: "longhaul:another/1" }).success).toBe(false);
      }
    }
  });

  it("are printed by every command that takes --json, each name by one of them", async () => {
    const program = new Command();
    for (const add of Object.values(commands)) await add(program);
    const taking = program.commands
      .flatMap((one) => [one, ...one.commands])
      .filter(({ options }) => options.some(({ long }) => long === "--json"))
      .map((one) => (one.parent === program ? one.name() : `${one.parent?.name()} ${one.name()}`));
    const called = printed.map(({ line }) => line);
    const uncalled = taking.filter((name) => !called.some((line) => line.startsWith(name)));
    expect(uncalled).toEqual(Object.keys(withoutSchema));
    expect(new Set(printed.map(({ name }) => name))).toEqual(new Set(Object.keys(documents)));
  });

  it("are made in one place: no command writes one by itself", () => {
    const source = resolve(import.meta.dirname, "../../src/cli");
    const files = (readdirSync(source, { recursive: true }) as string[]).filter((name) =>
      name.endsWith(".ts"),
    );
    const writing = files.flatMap((name) => {
      let count = 0;
      walk(treeOf(name, readFileSync(join(source, name), "utf8")), (node) => {
        if (isStringify(node)) count++;
      });
      return count === 0 ? [] : [[name, count] as const];
    });
    expect(Object.fromEntries(writing)).toEqual(
      Object.fromEntries(Object.entries(writtenElsewhere).map(([name, { calls }]) => [name, calls])),
    );
  });
});

/** Where the command line writes JSON: how often, and what. */
const writtenElsewhere: Readonly<Record<string, { readonly calls: number; readonly what: string }>> = {
  "documents/json.ts": { calls: 2, what: "documents, and lists of them" },
  "export-formats.ts": { calls: 2, what: "cells of exported rows" },
  "export.ts": { calls: 1, what: "settings in a cell, without folders" },
  "schema.ts": { calls: 1, what: "a schema" },
  "show.ts": { calls: 2, what: "a flag's value in an error" },
  "sql.ts": { calls: 2, what: "rows of a statement, and a cell of their table" },
};

function isStringify(node: Node): boolean {
  if (node.type !== "CallExpression") return false;
  const { object, property } = node["callee"] as { object?: unknown; property?: unknown };
  return nameOf(object) === "JSON" && nameOf(property) === "stringify";
}

describe("longhaul schema", () => {
  it("lists every name in a line, and knows no others", async () => {
    const { stdout, code } = await commandLine(["schema"], at("all.db"));
    const listed = stdout.trim().split("\n").slice(1);
    expect(code).toBe(0);
    expect(listed.map((line) => line.split(/\s{2,}/)[0])).toEqual(schemaNames);
    expect(listed.every((line) => (line.split(/\s{2,}/)[1] ?? "") !== "")).toBe(true);
    const unknown = await commandLine(["schema", "longhaul:compare/2"], at("all.db"));
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining("schema longhaul:compare/2: "),
    ]);
    expect(unknown.stderr).toContain(`There are: ${schemaNames.join(", ")}.`);
  });

  it("ships what it prints", () => {
    const shipped = resolve(import.meta.dirname, "../../schemas");
    expect(readdirSync(shipped).toSorted()).toEqual(
      schemaNames.map((name) => `${name}.schema.json`).toSorted(),
    );
    for (const name of schemaNames) {
      const schema: unknown = JSON.parse(readFileSync(join(shipped, `${name}.schema.json`), "utf8"));
      // Written anew by: npm run schema
      expect(schema).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(name))));
      expect(schema).toMatchObject({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: `longhaul:${name}/1`,
      });
    }
  });

  it.each(["turns", "rollouts", "runs"])("holds for the lines of export --what %s", async (what) => {
    const { stdout } = await commandLine(["export", "--what", what, "--format", "jsonl"], at("all.db"));
    const schema = z.fromJSONSchema(
      jsonSchemaOf(`export-${what}` as "export-turns") as Parameters<typeof z.fromJSONSchema>[0],
    );
    const rows = stdout.trimEnd().split("\n");
    expect(rows.length).toBeGreaterThan(1);
    const named = Object.keys(
      (jsonSchemaOf(`export-${what}` as "export-turns")["properties"] ?? {}) as object,
    );
    for (const row of rows) {
      const line = JSON.parse(row) as object;
      expect(schema.safeParse(line).error).toBeUndefined();
      expect(Object.keys(line)).toEqual(named);
    }
  });
});
