import { historyFacts } from "../settings/stored.ts";
import { armFacts } from "./arm-facts.ts";
import type { ArmFacts } from "../settings/arm-facts.ts";
import { groupBy } from "../group-by.ts";
import { getRun } from "../store/queries.ts";
import { answeredOf, type Choice, newestFirst } from "./choose.ts";
import { assertJudgedAlike } from "./judged.ts";
import { type ReadGroup, readGroups } from "./groups.ts";
import { type Part, type Parts, readRunRows, type RunRows } from "./rows.ts";
import { type ChosenRun, runsOf, type Source } from "./source.ts";
import { isBetweenModels, kindOf } from "./experiment-kind.ts";

/** Single runs, each by itself and with all that it has. @throws Error when a run does not exist */
export function readRuns(source: Source, runIds: readonly number[]): RunRows[] {
  // Of a run that stands alone it is always told what most of its wrong numbers fit.
  const wrong = runIds.length === 1 ? "wrong" : "wrongIfLow";
  const parts: Parts = new Set(["interTokens", "answers", "confidence", wrong] as const);
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
  /** What it is within its experiment. */
  readonly within: ArmFacts;
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
 * @throws UsageError where not all of its runs were judged by the same parser
 */
export function readArms(sources: readonly Source[], suite: string, only: readonly string[] = []): ReadArm[] {
  const own = placedRuns(sources, suite, only);
  assertJudgedAlike(`compare --suite ${suite}`, own);
  const arms = groupBy(own, ({ experiment, arm }) => JSON.stringify([experiment, arm]));
  return [...arms.values()].flatMap((runs) => {
    const { experiment, arm, run } = runs[0] as (typeof own)[number];
    const within = armFacts(experiment, arm, run.settings.asked);
    const choice: Choice = { runs, byNumber: new Set(), others: 0, judgedOtherwise: null, all: runs };
    return readGroups(choice, partsOf(experiment, runs)).map((group) => ({ experiment, arm, within, group }));
  });
}

/**
 * Whether what a suite will add to these files can stand beside what they hold of it.
 *
 * @param version of the parser that judges what is added
 * @throws UsageError where another one judged what is there
 */
export function assertCanGoOn(
  sources: readonly Source[],
  suite: string,
  only: readonly string[],
  version: number,
): void {
  assertJudgedAlike(`suite run ${suite}`, placedRuns(sources, suite, only), version);
}

type PlacedRun = ChosenRun & { readonly experiment: string; readonly arm: string; readonly at: string };

/** The runs of a suite in the order in which they came to stand for their places, once for each. */
function placedRuns(sources: readonly Source[], suite: string, only: readonly string[]): PlacedRun[] {
  return runsOf(sources)
    .toSorted(newestFirst)
    .toReversed()
    .flatMap((one) => armsOf(one, suite, only))
    .toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

/** The run once for each place of the suite that it stands for and that was asked for, and since when. */
function armsOf(one: ChosenRun, suite: string, only: readonly string[]): PlacedRun[] {
  const { run } = one;
  const own = { ...run, asked: run.settings.asked, at: run.startedAt };
  return [own, ...run.places].flatMap((place) => {
    const { experiment, arm, trial, asked, at } = place;
    if (place.suite !== suite || experiment === null || arm === null) return [];
    if (only.length > 0 && !only.includes(experiment)) return [];
    const placed = { ...run, suite, experiment, arm, trial, settings: { ...run.settings, asked } };
    return [{ ...one, run: placed, experiment, arm, at }];
  });
}

/**
 * What each turn was shown is an object a turn, so it is read where a figure asks for it alone; wrong numbers where it is
 * said of rows what they fit.
 */
function partsOf(experiment: string, runs: readonly ChosenRun[]): Parts {
  const isPlanted = ({ run }: ChosenRun): boolean =>
    (historyFacts(run.settings.history)?.planted ?? null) !== null;
  const needsShown = runs.some(isPlanted) || kindOf(experiment) === "self-conditioning";
  return new Set<Part>([
    "history",
    "wrongIfLow",
    ...(needsShown ? (["shown"] as const) : []),
    ...(isBetweenModels(experiment) ? (["answersIfGiven"] as const) : []),
  ]);
}
