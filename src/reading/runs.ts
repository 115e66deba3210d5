import { getRun } from "../store/queries.ts";
import { answeredOf, type Choice, newestFirst } from "./choose.ts";
import { type ReadGroup, readGroups } from "./groups.ts";
import { type Parts, readRunRows, type RunRows } from "./rows.ts";
import { type ChosenRun, runsOf, type Source } from "./source.ts";
import { studyOf } from "./study-of.ts";

/** Single runs, each by itself and with all that it has. @throws Error when a run does not exist */
export function readRuns(source: Source, runIds: readonly number[]): RunRows[] {
  const parts: Parts = new Set(["interTokens", "answers"]);
  return runIds.map((id) => {
    const run = getRun(source.database, id);
    if (run === null) throw new Error(`no run ${id}`);
    return readRunRows({ source, run, id: String(id) }, parts);
  });
}

/** An arm of a suite's experiment, of one model under one setting. */
export interface ReadArm {
  readonly experiment: string;
  readonly arm: string;
  readonly group: ReadGroup;
}

/** Names of the suites in these files, in the order in which they were first carried out. */
export function suitesIn(sources: readonly Source[]): string[] {
  const runs = runsOf(sources).toSorted(newestFirst).toReversed();
  return [...new Set(runs.flatMap(({ run }) => (run.suite === null ? [] : [run.suite])))];
}

/** The suite of the newest run that finished a turn; null: it is a single run, or there is none. */
export function newestSuite(sources: readonly Source[]): string | null {
  return answeredOf(runsOf(sources)).toSorted(newestFirst)[0]?.run.suite ?? null;
}

/**
 * The arms of a suite in the order in which they were first carried out; each once for every model and setting that it had.
 *
 * @param only names of experiments; none: all that the files hold
 */
export function readArms(sources: readonly Source[], suite: string, only: readonly string[] = []): ReadArm[] {
  const own = runsOf(sources)
    .filter(({ run }) => run.suite === suite)
    .toSorted(newestFirst)
    .toReversed();
  const places = new Map<string, { experiment: string; arm: string; runs: ChosenRun[] }>();
  for (const one of own) {
    const { experiment, arm } = one.run;
    if (experiment === null || arm === null || (only.length > 0 && !only.includes(experiment))) continue;
    const key = JSON.stringify([experiment, arm]);
    const place = places.get(key) ?? { experiment, arm, runs: [] };
    places.set(key, place);
    place.runs.push(one);
  }
  return [...places.values()].flatMap(({ experiment, arm, runs }) => {
    const choice: Choice = { runs, byNumber: new Set(), others: 0, all: runs };
    return readGroups(choice, partsOf(experiment, runs)).map((group) => ({ experiment, arm, group }));
  });
}

/** What each turn was shown is an object a turn, so it is read where a figure asks for it alone. */
function partsOf(experiment: string, runs: readonly ChosenRun[]): Parts {
  const isPlanted = runs.some(({ run }) => run.settings.history.startsWith("injected:"));
  const needsShown = isPlanted || studyOf(experiment) === "self-conditioning";
  return new Set(needsShown ? ["shown", "history"] : ["history"]);
}
