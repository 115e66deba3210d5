import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { answeredRuns } from "../store/queries.ts";
import { fileNameOf } from "../file-name.ts";
import { areAskedAlike, subjectOf } from "./settings.ts";
import { assertJudgedAlike, type JudgedOtherwise, otherwiseThan } from "./judged.ts";
import { type ChosenRun, runsOf, type Source } from "./source.ts";
import { typedLine } from "../typed-line.ts";

/** Which runs stand side by side. */
export interface Choice {
  readonly runs: readonly ChosenRun[];
  /** What those runs are called that the user named so: they are never put together with a repetition of theirs. */
  readonly byNumber: ReadonlySet<string>;
  /** Runs of the files that nobody named and that were left out. */
  readonly others: number;
  /** Of these, runs that would stand beside the newest, had the same parser judged them. */
  readonly judgedOtherwise: JudgedOtherwise | null;
  /** Where the user named no run: all runs of the files, for a later run of a model may have failed. */
  readonly all: readonly ChosenRun[];
}

/**
 * The runs that the arguments name, by number, run name, model name, file name or path. Without arguments: the newest
 * run that answered, and all that may stand beside it and answered; single runs where there are any, else those of
 * suites.
 *
 * @throws UsageError naming the argument
 */
export function chooseRuns(sources: readonly Source[], wanted: readonly string[]): Choice {
  const all = runsOf(sources);
  if (wanted.length === 0) return newestOf(all, sources);
  const byNumber = new Set<string>();
  const found = wanted.flatMap((text) => {
    const matches = namedBy(all, (one) => [one], text);
    if (matches.length === 0)
      throw new UsageError(
        `compare ${text}: no such run or model in ${sources.map(({ path }) => path).join(", ")}. See what is there: ${typedLine("ls", sources[0]?.path)}`,
      );
    for (const one of matches) if (one.id === text) byNumber.add(one.id);
    return matches;
  });
  const runs = [...new Set(found)];
  assertJudgedAlike("compare", runs);
  return {
    runs,
    byNumber,
    others: 0,
    judgedOtherwise: null,
    all: runs.every((one) => byNumber.has(one.id)) ? runs : all,
  };
}

type NamedRun = Pick<ChosenRun, "run" | "id">;

/** Whether the file has a single run that answered. */
export function hasSingleRun(source: Source): boolean {
  return answeredOf(runsOf([source])).some(({ run }) => run.suite === null);
}

/**
 * What a text means: the run of that number; else those at that path; else those of that name or model. So a run that is
 * called "1" hides no run 1, and is asked for as "name:1".
 *
 * @param runsOf the runs behind an item
 */
export function namedBy<Item>(
  items: readonly Item[],
  runsOf: (item: Item) => readonly NamedRun[],
  text: string,
): Item[] {
  const rules: ((one: NamedRun) => boolean)[] = [
    ({ id }) => id === text,
    ({ run }) => isPath(text) && run.model?.path === resolve(text),
    (one) => isNamed(one, text),
    (one) => text.startsWith(namePrefix) && isNamed(one, text.slice(namePrefix.length)),
  ];
  for (const rule of rules) {
    const found = items.filter((item) => runsOf(item).some(rule));
    if (found.length > 0) return found;
  }
  return [];
}

const namePrefix = "name:";

/** Whether the text is this run's name, or its model's, or the path of a file called as its model's. */
function isNamed({ run }: NamedRun, text: string): boolean {
  const names = [
    run.name,
    run.model?.name,
    run.server?.model,
    run.model === null ? null : fileNameOf(run.model.path),
    run.engine === "scripted" ? `scripted:${run.engineSpec}` : null,
  ];
  return names.includes(text) || (run.model !== null && isPathOf(run.model.path, text));
}

/** Newer runs first; those of one instant by what they are called, so that the order is never that of the files. */
export function newestFirst(left: NamedRun, right: NamedRun): number {
  const [one, other] = [ageOf(left), ageOf(right)];
  return one < other ? 1 : one > other ? -1 : 0;
}

/** Those that finished any turn. */
export function answeredOf(runs: readonly ChosenRun[]): ChosenRun[] {
  const sources = [...new Set(runs.map(({ source }) => source))];
  const answered = new Map(sources.map((source) => [source, answeredRuns(source.database)]));
  return runs.filter(({ source, run }) => answered.get(source)?.has(run.id) === true);
}

/** Whether the text leads to this file, or to one that is there and called the same: files move. */
function isPathOf(modelPath: string, text: string): boolean {
  if (!isPath(text)) return false;
  return resolve(text) === modelPath || (fileNameOf(text) === fileNameOf(modelPath) && existsSync(text));
}

function isPath(text: string): boolean {
  return fileNameOf(text) !== text;
}

function ageOf({ run, id }: NamedRun): string {
  return `${run.startedAt} ${String(run.id).padStart(12, "0")} ${id}`;
}

function newestOf(all: readonly ChosenRun[], sources: readonly Source[]): Choice {
  const measured = answeredOf(all);
  const single = measured.filter(({ run }) => run.suite === null);
  const [newest] = (single.length > 0 ? single : measured).toSorted(newestFirst);
  if (newest === undefined)
    throw new UsageError(
      `compare: no run that answered in ${sources.map(({ path }) => path).join(", ")}. Make one: ${typedLine("run", sources[0]?.path)}`,
    );
  const alike = measured.filter(
    ({ run }) => run.suite === newest.run.suite && areAskedAlike([subjectOf(newest.run), subjectOf(run)]),
  );
  const runs = alike.filter(({ run }) => run.parserVersion === newest.run.parserVersion);
  const judgedOtherwise = otherwiseThan(runs, alike);
  return { runs, byNumber: new Set(), others: all.length - alike.length, judgedOtherwise, all };
}
