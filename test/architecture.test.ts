import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { settingNames } from "../src/settings/settings.ts";
import { settingsNamed } from "./setting-names.ts";
import { readSource, type SourceFile } from "./source-file.ts";

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
    "chat",
    "reply",
    "gguf",
    "serving",
    "datasets",
    "tasks",
    "store",
    "reading",
    "figures",
    "report",
    "speed",
    "model-folders",
    "doctor",
  ],
  doctor: ["engine", "hardware", "gguf", "runs", "store", "figures", "report"],
  "model-folders": ["chat", "gguf"],
  speed: ["settings", "runs", "engine", "gguf", "hardware", "store"],
  audit: [
    "settings",
    "runs",
    "rollout",
    "engine",
    "chat",
    "reply",
    "gguf",
    "datasets",
    "tasks",
    "store",
    "reading",
    "figures",
  ],
  suites: [
    "settings",
    "experiments",
    "runs",
    "rollout",
    "engine",
    "chat",
    "gguf",
    "serving",
    "tasks",
    "store",
    "reading",
  ],
  experiments: ["settings", "rollout", "tasks"],
  runs: [
    "settings",
    "rollout",
    "engine",
    "chat",
    "reply",
    "gguf",
    "hardware",
    "serving",
    "datasets",
    "tasks",
    "store",
    "reading",
    "metrics",
  ],
  rollout: ["engine", "reply", "tasks"],
  engine: ["chat", "reply", "gguf", "hardware", "serving"],
  hardware: [],
  serving: [],
  chat: ["reply"],
  reply: [],
  gguf: [],
  datasets: ["tasks"],
  tasks: ["reply"],
  settings: ["rollout", "tasks"],
  store: ["settings", "chat", "reply", "hardware", "serving"],
  metrics: [],
  reading: ["settings", "store", "metrics"],
  figures: ["settings", "hardware", "reading", "store", "metrics"],
  report: ["settings", "hardware", "figures", "reading", "store", "metrics", "tasks"],
  page: ["figures", "report"],
};

/** The folders that may import an outside library. */
const owners: Readonly<Record<string, string>> = {
  "node-llama-cpp": "engine, gguf",
  "eventsource-parser": "engine",
  "@huggingface/jinja": "chat",
  "better-sqlite3": "store",
  commander: "cli",
  "cli-progress": "cli",
  open: "cli",
  cephes: "metrics",
  "lru-cache": "chat",
  "string-width": "report",
  "env-paths": "gguf",
  echarts: "page",
  "echarts/core": "page",
  preact: "page",
  "preact/hooks": "page",
  systeminformation: "hardware",
  yaml: "suites, model-folders",
};

/** Folders whose files import each other, and why they may. */
const mutualFolders: Readonly<Record<string, string>> = {
  "engine engine/llama": "an interface, and the table of those that keep it",
  "engine engine/scripted": "an interface, and the table of those that keep it",
  "engine engine/server": "an interface, and the table of those that keep it",
};

/** Dynamic imports of something else than a text, as "file: import", and why. */
const unreadableImports: Readonly<Record<string, string>> = {
  "cli/export.ts: import(bundle)":
    "what draws figures is bundled with its libraries when the package is built",
};

/** Where the parts of the program are put together: what these import says nothing about their job. */
const compositionRoots = /^(main|cli\/program|runs\/worker)\.ts$/;
const importsAtMost = 12;
/** Exports that no file of src imports, and who takes them. */
const takenElsewhere: Readonly<Record<string, string>> = {
  "page/figure-svg.ts figureSvg": "export --svg loads the bundle of this file",
  "page/figure-svg.ts figureNames": "export --svg loads the bundle of this file",
};

/** Folders with a file a member: a new member names the settings that it needs, and the folder is one place. */
const listsOfMembers = /^(tasks|experiments|rollout\/history)\//;

/**
 * A setting stands in the table and in one place that acts on it; everything else takes settings by role. Those that
 * stand in more: in how many at most, and why. The numbers are meant to fall.
 */
const namedInMorePlaces: readonly {
  readonly why: string;
  readonly places: Readonly<Record<string, number>>;
}[] = [
  {
    why: "tasks draw and word instances by it, data set files hold it, figures count by it, old columns of run repeat it, documents' schemas tell it, and it may be what to change where a model is at a floor",
    places: {
      task: 23,
      turns: 25,
      rollouts: 21,
      keysPerTurn: 36,
      dictionarySize: 10,
      valueMax: 17,
      values: 4,
      sharedDictionary: 8,
      shotsAs: 5,
      burnIn: 7,
      shots: 3,
      prompt: 11,
      start: 7,
      seed: 7,
      dataset: 7,
    },
  },
  {
    why: "decides which turns are asked and what they show: figures differ by it, settings are refused beside it, and it may be what to change where a model is at a floor",
    places: { history: 21, votes: 6, format: 6, thinking: 13, thinkingBudget: 7, probe: 19, until: 13 },
  },
  {
    why: "the template and a server are told by the same names; what is kept of reasoning is a part of the history, by which figures differ, and one history is a word for it",
    places: { reasoningEffort: 4, keepReasoning: 10, chatTemplateKwargs: 4 },
  },
  {
    why: "an experiment is about it, or whether anything is drawn decides what makes two runs alike; each kind of server has a name of its own for it",
    places: { temperature: 6, topP: 3, topK: 3, minP: 2 },
  },
  {
    why: "the engine and the row tell by the same name what `auto` came to or what was found in the file; memory is reckoned and plain speed measured under them, and speeds are told apart by them, in documents, too; a run that goes on is loaded as it was",
    places: {
      maxAnswerTokens: 12,
      chatTemplate: 12,
      parallel: 9,
      gpu: 3,
      gpuLayers: 23,
      batchSize: 18,
      loadMode: 9,
      lora: 4,
      threads: 5,
      kvTypeK: 21,
      kvTypeV: 22,
      flashAttention: 18,
    },
  },
  {
    why: "its trials are cut by it, runs of one share are looked for, what is missing is told, and played",
    places: { shard: 6, stopAtFloor: 2 },
  },
  {
    why: "the engine is asked for it, its cost is told, speeds and forecasts are told apart by it, and rows are held to it",
    places: { confidence: 6 },
  },
];

const sources = (readdirSync(source, { recursive: true }) as string[])
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
  .map((name) => readSource(name, readFileSync(join(source, name), "utf8")));

describe("architecture", () => {
  it("keeps to the allowed edges between folders", () => {
    const breaches = sources.flatMap((file) =>
      oursOf(file)
        .filter((target) => folderOf(target) !== "")
        .filter((target) => folderOf(file.name) !== "" && folderOf(file.name) !== folderOf(target))
        .filter((target) => !(allowed[folderOf(file.name)] ?? []).includes(folderOf(target)))
        .map((target) => `${file.name} imports ${target}`),
    );
    expect(breaches).toEqual([]);
    expect(Object.keys(allowed).toSorted()).toEqual(
      [...new Set(sources.map(({ name }) => folderOf(name)))].filter(Boolean).toSorted(),
    );
  });

  it("imports by a text, so that every edge is seen", () => {
    const found = sources.flatMap(({ name, unreadable }) => unreadable.map((one) => `${name}: ${one}`));
    expect(found).toEqual(Object.keys(unreadableImports));
  });

  it("has leaves in the root of src that import nothing of ours", () => {
    const leaves = sources.filter(({ name }) => folderOf(name) === "" && name !== "main.ts");
    expect(leaves.flatMap(oursOf)).toEqual([]);
  });

  it("has no two folders that import each other", () => {
    const edges = new Set(
      sources
        .filter(({ name }) => name !== "main.ts")
        .flatMap((file) => oursOf(file).map((target) => `${dirname(file.name)} ${dirname(target)}`)),
    );
    const mutual = [...edges].filter((edge) => {
      const [from = "", to = ""] = edge.split(" ");
      return from < to && edges.has(`${to} ${from}`);
    });
    expect(mutual.toSorted()).toEqual(Object.keys(mutualFolders));
  });

  it("has no file that puts everything together but the roots", () => {
    const isRoot = ({ name, text }: SourceFile): boolean =>
      compositionRoots.test(name) ||
      // A list of members grows by a line with each of them.
      (listsOfMembers.test(name) && name.endsWith("/index.ts")) ||
      name === "store/migrations.ts" ||
      name === "cli/commands.ts" ||
      (folderOf(name) === "cli" && text.includes(".command("));
    const wide = sources.filter((file) => !isRoot(file) && oursOf(file).length > importsAtMost);
    expect(wide.map(({ name }) => name).toSorted()).toEqual([]);
  });

  it("makes temporary folders in one place, which knows what is left of killed processes", () => {
    const makers = sources.filter(({ text }) => text.includes("mkdtemp")).map(({ name }) => name);
    expect(makers).toEqual(["hardware/temporary-folder.ts"]);
  });

  it("has no circle of imports", () => {
    const graph = new Map(sources.map((file) => [file.name, oursOf(file)]));
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
        .filter(({ target }) => !(owners[target]?.split(", ").includes(folderOf(name)) ?? true))
        .map(({ target }) => `${name}: ${target}`),
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
    const reached = sources.flatMap((file) => {
      const isReport = ["figures", "report"].includes(folderOf(file.name));
      if (!isReport && !forecastsAndGates.test(file.name)) return [];
      return importsFromStore(file)
        .filter(({ names, isType, target }) =>
          isReport || isType
            ? target === "store/database.ts" || (!isType && names.some((one) => !pureInStore.includes(one)))
            : names.some((one) => !opens.includes(one)),
        )
        .map(({ names, target }) => `${file.name} imports ${names.join(", ")} of ${target}`);
    });
    expect(reached).toEqual([]);
    const reading = sources.filter(({ name }) => folderOf(name) === "reading");
    expect(reading.some((file) => importsFromStore(file).some(({ isType }) => !isType))).toBe(true);
  });

  it("goes one way from rows through figures to words: none calls what lies in the folder above it", () => {
    const climbs = sources
      .filter(({ name }) => ["reading", "figures", "report"].includes(folderOf(name)))
      .flatMap((file) =>
        oursOf(file)
          .filter((target) => folderOf(target) === folderOf(file.name))
          .filter((target) => dirname(file.name).startsWith(`${dirname(target)}/`))
          .map((target) => `${file.name} imports ${target}`),
      );
    expect(climbs).toEqual([]);
  });

  it("exports nothing for tests alone", () => {
    const taken = new Set(
      sources.flatMap(({ imports }) =>
        imports.flatMap(({ target, names }) => names.map((one) => `${target} ${one}`)),
      ),
    );
    const isTaken = ({ name, text }: SourceFile, one: string): boolean =>
      taken.has(`${name} ${one}`) ||
      taken.has(`${name} *`) ||
      text.split(new RegExp(`\\b${one}\\b`)).length > 2;
    const found = sources.flatMap((file) =>
      file.exported.filter((one) => !isTaken(file, one)).map((one) => `${file.name} ${one}`),
    );
    expect(found.toSorted()).toEqual(Object.keys(takenElsewhere).toSorted());
  });

  it("names a setting in the table and in one place that acts on it", () => {
    const placesOf = new Map<string, Set<string>>(settingNames.map((one) => [one, new Set()]));
    for (const { name, text } of sources.filter(({ name }) => name !== "settings/table.ts"))
      for (const one of settingsNamed(name, text, settingNames))
        placesOf.get(one)?.add(listsOfMembers.exec(name)?.[0] ?? name);
    const counts = settingNames.map((one) => [one, placesOf.get(one)?.size ?? 0] as const);
    const allowance = Object.assign({}, ...namedInMorePlaces.map(({ places }) => places)) as Record<
      string,
      number
    >;
    const more = counts.filter(([one, count]) => count > (allowance[one] ?? 1));
    expect(more).toEqual([]);
    const needless = counts.filter(([one, count]) => one in allowance && count < 2);
    expect(needless).toEqual([]);
    expect(Object.keys(allowance).filter((one) => !settingNames.some((name) => name === one))).toEqual([]);
  });

  it("keeps files under 400 lines and functions under 70", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 400).map(({ name }) => name);
    expect(long).toEqual([]);
    expect(
      sources.flatMap(({ name, functions }) =>
        functions.filter(({ lines }) => lines > 70).map(({ line, lines }) => `${name}:${line} (${lines})`),
      ),
    ).toEqual([]);
  });

  it("has no file that holds everything else, and no leftover markers", () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\/|\.tsx?$)/;
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

/** Those of our files that a file imports, each once. */
function oursOf({ imports }: SourceFile): string[] {
  return [...new Set(imports.filter(({ isOurs }) => isOurs).map(({ target }) => target))];
}

/** Of the commands those that open a file and hand it on; `show`, `export`, `sql`, `ls` and `verify` read by themselves. */
const forecastsAndGates =
  /^(cli\/(compare|report|page-file|power|suite|suite-plan)|runs\/forecast|suites\/(forecast-suite|model-rates))\.ts$/;

/** What rows may hold and what the letters of a track mean, without a database. */
const pureInStore = ["outcomeOf", "isIndexCorrect", "outcomeClasses", "rolloutEnds"];

/** What a file takes from the store, types apart from what runs. */
function importsFromStore({ imports }: SourceFile): SourceFile["imports"] {
  return imports.filter(({ target, isOurs }) => isOurs && folderOf(target) === "store");
}

function folderOf(name: string): string {
  return name.includes("/") ? (name.split("/")[0] ?? "") : "";
}
