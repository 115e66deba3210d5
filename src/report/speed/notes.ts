import type { SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { visible } from "../../visible-text.ts";
import {
  besideTheirs,
  changedSince,
  coresTaken,
  lastLogitsLeftOut,
  memoryRead,
  repetitionsDrifted,
  sampledMeans,
} from "../sentences/speed-tests.ts";

/** What is said below the table. */
export function speedNotes(tests: readonly SpeedTestFigure[]): string[] {
  const memory = tests.find(({ memoryShare }) => memoryShare !== null)?.memory ?? null;
  const isMixed = tests.some(({ kind, sampled }) => kind === "tg" && sampled);
  return [
    ...tests.flatMap(notesOf),
    ...theirNotes(tests),
    ...(isMixed ? [sampledMeans()] : []),
    ...(memory === null ? [] : [memoryRead(memory)]),
  ];
}

/** "SmolLM2-135M tg128", and in how many conversations where it is not one. */
export function labelOf({ model, test, conversations }: SpeedTestFigure): string {
  return `${visible(model.name)} ${test}${conversations === 1 ? "" : ` x ${conversations}`}`;
}

function notesOf(figure: SpeedTestFigure): string[] {
  const { coreShare, drift, earlier, isExact, kind } = figure;
  const label = labelOf(figure);
  return [
    ...(coreShare === null || coreShare >= wholeCores ? [] : [coresTaken(label, coreShare)]),
    ...(drift === null ? [] : [repetitionsDrifted(label, drift)]),
    ...(kind !== "pp" || isExact ? [] : [lastLogitsLeftOut(label)]),
    ...(earlier === null || !tells(earlier)
      ? []
      : [
          changedSince({
            ...earlier,
            label,
            day: earlier.at.slice(0, 10),
            releases: releasesOf(figure),
            used: [earlier, figure],
          }),
        ]),
  ];
}

/** Less of its cores than this, and a process shares them. */
const wholeCores = 0.9;

/** Where the interval holds "no change" the column says it. */
function tells({ low, high }: NonNullable<SpeedTestFigure["earlier"]>): boolean {
  return low === null || high === null || low > 1 || high < 1;
}

/** One for each other program, build and number of pairs. */
function theirNotes(tests: readonly SpeedTestFigure[]): string[] {
  const notes = tests.flatMap(({ against, tokensPerSecond }) =>
    against === null ? [] : [besideTheirs({ ...against, pairs: tokensPerSecond.length })],
  );
  return [...new Set(notes)];
}

function releasesOf({ earlier, versions }: SpeedTestFigure): readonly [string, string] | null {
  const [then, now] = [earlier?.versions["llama.cpp"], versions["llama.cpp"]];
  return then === undefined || now === undefined || then === now ? null : [then, now];
}
