import type { SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { visible } from "../../visible-text.ts";
import {
  besideTheirs,
  changedSince,
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
    ...(isMixed ? [sampledMeans()] : []),
    ...(memory === null ? [] : [memoryRead(memory)]),
  ];
}

/** "SmolLM2-135M tg128", and in how many conversations where it is not one. */
export function labelOf({ model, test, conversations }: SpeedTestFigure): string {
  return `${visible(model.name)} ${test}${conversations === 1 ? "" : ` x ${conversations}`}`;
}

function notesOf(figure: SpeedTestFigure): string[] {
  const { drift, against, earlier, isExact, kind, tokensPerSecond } = figure;
  const label = labelOf(figure);
  return [
    ...(drift === null ? [] : [repetitionsDrifted(label, drift)]),
    ...(kind !== "pp" || isExact ? [] : [lastLogitsLeftOut(label)]),
    ...(against === null ? [] : [besideTheirs({ ...against, label, pairs: tokensPerSecond.length })]),
    ...(earlier === null
      ? []
      : [changedSince({ ...earlier, label, day: earlier.at.slice(0, 10), releases: releasesOf(figure) })]),
  ];
}

function releasesOf({ earlier, versions }: SpeedTestFigure): readonly [string, string] | null {
  const [then, now] = [earlier?.versions["llama.cpp"], versions["llama.cpp"]];
  return then === undefined || now === undefined || then === now ? null : [then, now];
}
