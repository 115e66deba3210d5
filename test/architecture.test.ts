import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const source = resolve(import.meta.dirname, "../src");

/** Which folder may import which; files directly in src are leaves that all may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  cli: [
    "settings",
    "audit",
    "suites",
    "experiments",
    "runs",
    "rollout",
    "engine",
    "gguf",
    "datasets",
    "tasks",
    "store",
    "reading",
    "figures",
    "report",
  ],
  audit: ["settings", "runs", "rollout", "engine", "gguf", "datasets", "tasks", "store", "reading"],
  suites: ["settings", "experiments", "runs", "rollout", "engine", "gguf", "tasks", "store", "reading"],
  experiments: ["settings", "rollout", "tasks"],
  runs: ["settings", "rollout", "engine", "gguf", "datasets", "tasks", "store", "reading"],
  rollout: ["engine", "tasks"],
  engine: ["gguf"],
  gguf: [],
  datasets: ["tasks"],
  tasks: [],
  settings: ["rollout", "tasks"],
  store: ["settings"],
  metrics: [],
  reading: ["settings", "store", "metrics"],
  figures: ["settings", "reading", "store", "metrics"],
  report: ["settings", "figures", "reading", "store", "metrics", "tasks"],
  page: ["figures", "report"],
};

/** The folders that may import an outside library. */
const owners: Readonly<Record<string, string>> = {
  "node-llama-cpp": "engine, gguf",
  "@huggingface/jinja": "engine",
  "better-sqlite3": "store",
  commander: "cli",
  "cli-progress": "cli",
  cephes: "metrics",
  "string-width": "report",
  "env-paths": "gguf",
  echarts: "page",
  "echarts/core": "page",
  preact: "page",
  "preact/hooks": "page",
  systeminformation: "runs",
  yaml: "suites",
};

interface Source {
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: Source[] = filesBelow(source).map((path) => {
  const text = readFileSync(path, "utf8");
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import "([^"]+)"/g;
  const imports = [...text.matchAll(pattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return target.startsWith(".") ? relative(source, resolve(path, "..", target)) : target;
  });
  return { name: relative(source, path), text, imports };
});

describe("architecture", () => {
  it("keeps to the allowed edges between folders", () => {
    const breaches = sources.flatMap(({ name, imports }) =>
      imports
        .filter((target) => target.endsWith(".ts") && folderOf(target) !== "")
        .filter((target) => folderOf(name) !== "" && folderOf(name) !== folderOf(target))
        .filter((target) => !(allowed[folderOf(name)] ?? []).includes(folderOf(target)))
        .map((target) => `${name} imports ${target}`),
    );
    expect(breaches).toEqual([]);
    expect(Object.keys(allowed).toSorted()).toEqual(
      [...new Set(sources.map(({ name }) => folderOf(name)))].filter(Boolean).toSorted(),
    );
  });

  it("has leaves in the root of src that import nothing of ours", () => {
    const leaves = sources.filter(({ name }) => folderOf(name) === "" && name !== "main.ts");
    expect(leaves.flatMap(({ imports }) => imports.filter((target) => target.endsWith(".ts")))).toEqual([]);
  });

  it("has no circle of imports", () => {
    const graph = new Map(
      sources.map(({ name, imports }) => [name, imports.filter((target) => target.endsWith(".ts"))]),
    );
    const done = new Set<string>();
    const visit = (name: string, path: readonly string[]): void => {
      expect(path, `circle through ${name}`).not.toContain(name);
      if (done.has(name)) return;
      for (const target of graph.get(name) ?? []) visit(target, [...path, name]);
      done.add(name);
    };
    for (const name of graph.keys()) visit(name, []);
  });

  it("lets only its owners import an outside library", () => {
    const breaches = sources.flatMap(({ name, imports }) =>
      imports
        .filter(
          (target) => owners[target] !== undefined && !owners[target].split(", ").includes(folderOf(name)),
        )
        .map((target) => `${name}: ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  it("measures without a database or a terminal in reach", () => {
    const inner = sources.filter(({ name }) => ["rollout", "engine"].includes(folderOf(name)));
    expect(inner.length).toBeGreaterThan(5);
    for (const { name, text } of inner)
      expect(text, name).not.toMatch(/console\.|process\.std|process\.exit/);
  });

  it("lets no report, forecast or gate read but through the reading layer", () => {
    const opens = ["openReadOnly", "openDatabase"];
    const reached = sources.flatMap(({ name, text }) => {
      const isReport = ["figures", "report"].includes(folderOf(name));
      if (!isReport && !forecastsAndGates.test(name)) return [];
      return importsFromStore(text)
        .filter(({ names, isType, file }) =>
          isReport || isType
            ? file === "database.ts" || (!isType && names.some((one) => !pureInStore.includes(one)))
            : names.some((one) => !opens.includes(one)),
        )
        .map(({ names, file }) => `${name} imports ${names.join(", ")} of ${file}`);
    });
    expect(reached).toEqual([]);
    const reading = sources.filter(({ name }) => folderOf(name) === "reading");
    expect(reading.some(({ text }) => importsFromStore(text).some(({ isType }) => !isType))).toBe(true);
  });

  it("goes one way from rows through figures to words: none calls what lies in the folder above it", () => {
    const climbs = sources
      .filter(({ name }) => ["reading", "figures", "report"].includes(folderOf(name)))
      .flatMap(({ name, imports }) =>
        imports
          .filter((target) => target.endsWith(".ts") && folderOf(target) === folderOf(name))
          .filter((target) => dirname(name).startsWith(`${dirname(target)}/`))
          .map((target) => `${name} imports ${target}`),
      );
    expect(climbs).toEqual([]);
  });

  it("keeps files under 400 lines and functions under 70", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 400).map(({ name }) => name);
    expect(long).toEqual([]);
    expect(
      sources.flatMap(({ name, text }) => longFunctions(text, 70).map((line) => `${name}:${line}`)),
    ).toEqual([]);
  });

  it("has no file that holds everything else, and no leftover markers", () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\/|\.ts$)/;
    expect(sources.map(({ name }) => name).filter((name) => banned.test(name))).toEqual([]);
    expect(sources.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it("takes randomness and time from their own files only", () => {
    const direct = sources.filter(({ text }) => /Math\.random|Date\.now/.test(text)).map(({ name }) => name);
    expect(direct).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

/** Of the commands those that open a file and hand it on; `show`, `export`, `sql`, `ls` and `verify` read by themselves. */
const forecastsAndGates =
  /^(cli\/(compare|report|page-file|power|suite|suite-plan)|runs\/forecast|suites\/(forecast-suite|model-rates))\.ts$/;

/** What rows may hold and what the letters of a track mean, without a database. */
const pureInStore = ["outcomeOf", "isIndexCorrect", "outcomeClasses", "rolloutEnds"];

/** What a file takes from the store, types apart from what runs. */
function importsFromStore(text: string): { file: string; names: string[]; isType: boolean }[] {
  const pattern = /import (type )?\{([^}]*)\} from "[./]+\/store\/([^"]+)"/g;
  return [...text.matchAll(pattern)].flatMap(([, whole, list = "", file = ""]) => {
    const names = list
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
    const isTyped = (one: string): boolean => whole !== undefined || one.startsWith("type ");
    const parts = [true, false].map((isType) => ({
      file,
      names: names.filter((one) => isTyped(one) === isType).map((one) => one.replace(/^type /, "")),
      isType,
    }));
    return parts.filter((part) => part.names.length > 0);
  });
}

function folderOf(name: string): string {
  return name.includes("/") ? (name.split("/")[0] ?? "") : "";
}

/** First lines of functions and methods longer than the limit, by the indentation that the formatter guarantees. */
function longFunctions(text: string, limit: number): number[] {
  const lines = text.split("\n");
  const found: number[] = [];
  lines.forEach((line, index) => {
    const start =
      /^( *)(?:export )?(?:(?:async |static |get |set |readonly )*(?:function\*? |#?\w+\()|const \w+ = (?:async )?\().*\{$/.exec(
        line,
      );
    if (start === null || /^\s*(if|for|while|switch)\b/.test(line)) return;
    const end = lines.findIndex((other, at) => at > index && other.startsWith(`${start[1]}}`));
    if (end - index + 1 > limit) found.push(index + 1);
  });
  return found;
}
