import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseRuns } from "../../src/reading/choose.ts";
import { readGroups } from "../../src/reading/groups.ts";
import type { Source } from "../../src/reading/source.ts";
import { type Metric, partsOf } from "../../src/figures/metric.ts";
import { compareGroups } from "../../src/report/compare/compare-document.ts";
import { type FiledRun, fileOf } from "../report/made-file.ts";

type Compared = ReturnType<typeof compareGroups>;

function compared(
  sources: readonly Source[],
  wanted: readonly string[] = [],
  metric: Metric = "summary",
): Compared {
  const request = { by: "model", baseline: null, across: "all", metric } as const;
  const groups = readGroups(chooseRuns(sources, wanted), partsOf(metric, true));
  return compareGroups(groups, [], request);
}

/** Compares files with these runs, which are closed afterwards. */
function comparedFiles(
  files: readonly (readonly FiledRun[])[],
  wanted?: readonly string[],
  metric?: Metric,
): Compared {
  const sources = files.map((runs, index) => ({ path: `${index}.db`, database: fileOf(runs) }));
  try {
    return compared(sources, wanted, metric);
  } finally {
    for (const { database } of sources) database.close();
  }
}

/** All figures, without the numbers of runs. */
function figures({ groups, pairs, verdict }: Compared): unknown {
  const rows = groups.map(({ runs: _runs, speeds: _speeds, failed: _failed, ...rest }) => rest);
  const text = JSON.stringify({ rows, pairs, verdict });
  return JSON.parse(text.replaceAll(/ \(runs? [^)]*\)/g, "").replaceAll(/"run":"\d+"/g, '"run":""'));
}

const mostTurns = 8;

const rolloutsOf = (turns: number) =>
  fc.array(
    fc
      .array(fc.constantFrom("R", "R", "R", "W"), { minLength: turns, maxLength: turns })
      .map((all) => all.join("")),
    { minLength: 1, maxLength: 5 },
  );

const setting = fc.record({
  history: fc.constantFrom("own", "healed"),
  until: fc.constantFrom("end", "first-error"),
  probe: fc.constantFrom(null, null, [2, 4]),
});

/** A run with what it finished: cut short where it did not complete, and at the first error where that ends a rollout. */
const filedRun: fc.Arbitrary<Omit<FiledRun, "day">> = fc
  .record({
    model: fc.constantFrom("a", "b"),
    // Two files of one name, and one file under two names.
    name: fc.constantFrom("a", "b", "other"),
    seed: fc.constantFrom(1, 2),
    status: fc.constantFrom("complete", "complete", "interrupted", "failed", "running"),
    turns: fc.integer({ min: 4, max: mostTurns }),
    threads: fc.constantFrom(1, 2),
    setting,
    done: fc.integer({ min: 1, max: mostTurns }),
  })
  .chain(({ turns, setting: { history, until, probe }, done, status, ...run }) =>
    rolloutsOf(probe?.length ?? turns).map((rollouts) => ({
      ...run,
      status: status as FiledRun["status"],
      settings: { turns, history, until, probe },
      rollouts: rollouts.map((answers) => {
        const seen = status === "complete" ? answers : answers.slice(0, done);
        return until === "end" || !seen.includes("W") ? seen : seen.slice(0, seen.indexOf("W") + 1);
      }),
    })),
  );

const runs = fc
  .array(filedRun, { minLength: 1, maxLength: 5 })
  .map((all) => all.map((run, index): FiledRun => ({ ...run, day: index + 1 })));

const metric = fc.constantFrom<Metric>("summary", "slips", "self-conditioning", "speed");

function namesIn(all: readonly FiledRun[]): string[] {
  return [...new Set(all.map(({ name }) => name))];
}

describe("what stands under a figure", () => {
  it("does not depend on the order of the files", () => {
    fc.assert(
      fc.property(runs, runs, metric, (one, other, which) => {
        const later = other.map((run) => ({ ...run, day: run.day + 10 }));
        const sources = [one, later].map((file, index) => ({ path: `${index}.db`, database: fileOf(file) }));
        const names = namesIn([...one, ...later]);
        try {
          expect(compared(sources.toReversed(), names.toReversed(), which)).toEqual(
            compared(sources, names, which),
          );
        } finally {
          for (const { database } of sources) database.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of rows in a file", () => {
    fc.assert(
      fc.property(runs, metric, (all, which) => {
        const named = namesIn(all);
        const turned = fileOf(all.toReversed(), true);
        try {
          const there = compared([{ path: "0.db", database: turned }], named, which);
          expect(figures(there)).toEqual(figures(comparedFiles([all], named, which)));
        } finally {
          turned.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is of shares what it is of the whole, to the last digit, in whatever order they began", () => {
    const rollouts = fc.array(
      fc
        .array(fc.constantFrom("R", "R", "R", "W"), { minLength: 6, maxLength: 6 })
        .map((all) => all.join("")),
      { minLength: 13, maxLength: 13 },
    );
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(rollouts, rollouts, order, (one, other, days) => {
        const study = (model: string, day: number, all: readonly string[], shard = "1/1"): FiledRun => ({
          ...{ model, name: model, seed: 1, day, status: "complete", threads: 1, rollouts: all },
          settings: { turns: 6, history: "own", until: "end", probe: null, rollouts: 13, shard },
        });
        const cuts = [0, 3, 6, 9, 13];
        const cut = (model: string, all: readonly string[]): FiledRun[] =>
          days.map((day, index) =>
            study(model, 1 + day, all.slice(cuts[index], cuts[index + 1]), `${index + 1}/4`),
          );
        const read = ({ groups, ...rest }: Compared): unknown => {
          const none = { settings: null, seeds: null, speed: null, memory: null } as const;
          const rows = groups.map((row) => ({
            ...row,
            ...none,
            ...{ correctTurnsPerSecond: null, tokensPerCorrectTurn: null },
          }));
          return figures({ ...rest, groups: rows } as unknown as Compared);
        };
        const whole = comparedFiles([[study("a", 1, one), study("b", 2, other)]], ["a", "b"], "slips");
        const shares = comparedFiles([[...cut("a", one), ...cut("b", other)]], ["a", "b"], "slips");
        expect(read(shares)).toEqual(read(whole));
      }),
      { numRuns: 20 },
    );
  });

  it("is never changed by a smaller repetition, whatever became of it", () => {
    fc.assert(
      fc.property(
        runs,
        fc.integer({ min: 0, max: 4 }),
        rolloutsOf(3),
        fc.constantFrom("complete", "interrupted", "failed"),
        (all, index, rollouts, status) => {
          const large = all[index % all.length] as FiledRun;
          fc.pre(large.settings.probe === null && large.status === "complete");
          const small: FiledRun = {
            ...large,
            day: 20,
            status: status as FiledRun["status"],
            threads: 3,
            settings: { ...large.settings, turns: 3 },
            rollouts: rollouts.slice(0, large.rollouts.length),
          };
          const named = namesIn(all);
          const [alone, beside] = [comparedFiles([all], named), comparedFiles([[...all, small]], named)];
          const read = ({ groups, pairs, verdict }: Compared): unknown => ({
            verdict,
            pairs,
            groups: groups.map(({ horizons, taskAccuracy, overallTurnAccuracy, rollouts: counts }) => ({
              horizons,
              taskAccuracy,
              overallTurnAccuracy,
              counts,
            })),
          });
          expect(read(beside)).toEqual(read(alone));
        },
      ),
      { numRuns: 50 },
    );
  });
});
