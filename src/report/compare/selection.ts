import { UsageError } from "../../errors.ts";
import type { Database } from "../../store/database.ts";
import { listRuns } from "../../store/queries.ts";
import type { RunRecord } from "../../store/rows.ts";
import { differences } from "../comparable.ts";
import { settingsOf } from "../summary.ts";
import { counted } from "../words.ts";
import { leftOutNote } from "../sentences/notes.ts";

/** An open file, and the path by which the user named it. */
export interface Source {
  readonly path: string;
  readonly database: Database;
}

/** A run of one of the files. */
export interface ChosenRun {
  readonly source: Source;
  readonly run: RunRecord;
  /** "3", or "a:3" where there are several files. */
  readonly id: string;
}

/**
 * The runs that the arguments name, by number, run name, model name or file name. Without arguments: the newest run that
 * began to answer, and all that may stand beside it.
 *
 * @returns the runs, and what a reader must know of the choice
 * @throws UsageError naming the argument
 */
export function selectRuns(
  sources: readonly Source[],
  wanted: readonly string[],
): { runs: ChosenRun[]; notes: string[] } {
  const all = sources.flatMap((source) =>
    listRuns(source.database).map((run) => ({ source, run, id: idOf(source, sources, run) })),
  );
  if (wanted.length === 0) return selectNewest(all, sources);
  const found = wanted.flatMap((text) => {
    const matches = all.filter(({ run, id }) => isNamed(run, id, text));
    if (matches.length === 0)
      throw new UsageError(
        `compare ${text}: no such run or model in ${sources.map(({ path }) => path).join(", ")}. See longhaul ls for what is there.`,
      );
    return matches;
  });
  return { runs: [...new Set(found)], notes: [] };
}

/** The one run that a `--baseline` names. @throws UsageError when it is none of those, or several */
export function findRun(runs: readonly ChosenRun[], text: string): ChosenRun {
  const matches = runs.filter(({ run, id }) => isNamed(run, id, text));
  const [match] = matches;
  if (match === undefined || matches.length > 1)
    throw new UsageError(
      `--baseline ${text}: names ${match === undefined ? "none" : counted(matches.length, "run")} of those compared. Use one of ${runs.map(({ id }) => id).join(", ")}.`,
    );
  return match;
}

function selectNewest(
  all: readonly ChosenRun[],
  sources: readonly Source[],
): { runs: ChosenRun[]; notes: string[] } {
  const answered = all.filter(({ run }) => run.status !== "failed");
  const single = answered.filter(({ run }) => run.suite === null);
  const measured = single.length > 0 ? single : answered;
  const newest = measured.toSorted((left, right) => (left.run.startedAt < right.run.startedAt ? 1 : -1))[0];
  if (newest === undefined)
    throw new UsageError(
      `compare: no run that answered in ${sources.map(({ path }) => path).join(", ")}. Run "longhaul run" first.`,
    );
  // A suite's runs answer its own questions: they stand beside one another, not beside single runs.
  const runs = measured.filter(
    ({ run }) =>
      run.suite === newest.run.suite && differences([subjectOf(newest.run), subjectOf(run)]) === null,
  );
  const others = all.length - runs.length;
  const notes = others === 0 ? [] : [leftOutNote(others)];
  return { runs, notes };
}

/** What decides whether two runs may stand side by side. */
export function subjectOf(run: RunRecord) {
  return { engine: run.engine, settings: settingsOf(run) };
}

function isNamed(run: RunRecord, id: string, text: string): boolean {
  const file = run.model?.path.split(/[/\\]/).at(-1);
  const names = [
    id,
    run.name,
    run.model?.name,
    file,
    run.engineSpec === null ? null : `scripted:${run.engineSpec}`,
  ];
  return names.includes(text);
}

function idOf(source: Source, sources: readonly Source[], run: RunRecord): string {
  if (sources.length === 1) return String(run.id);
  const stems = sources.map(({ path }) => stemOf(path));
  const stem = stemOf(source.path);
  const isUnique = stems.filter((other) => other === stem).length === 1;
  return `${isUnique ? stem : `${stem}${sources.indexOf(source) + 1}`}:${run.id}`;
}

function stemOf(path: string): string {
  return (path.split(/[/\\]/).at(-1) ?? path).replace(/\.[^.]*$/, "");
}
