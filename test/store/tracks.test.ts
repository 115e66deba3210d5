import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isIndexCorrect, outcomeOf, rolloutTracks } from "../../src/store/tracks.ts";
import { emptyDatabase, newRun, recordRollouts } from "./builders.ts";

type Database = ReturnType<typeof emptyDatabase>;

/** Another parser's verdict, the opposite of the first one's. */
function rescore(database: Database, turnIds: readonly number[]): void {
  const statement = database.prepare(
    `INSERT INTO verdict SELECT turn_id, 2, iif(turn_correct, 'empty', 'right'), NULL, NULL, 1 - turn_correct,
      1 - index_correct, 1 - task_correct, 0 FROM verdict WHERE turn_id = ? AND parser_version = 1`,
  );
  for (const id of turnIds) statement.run(id);
}

describe("tracks", () => {
  const rollouts = fc.array(fc.array(fc.boolean(), { maxLength: 5 }), { minLength: 1, maxLength: 5 });

  it("say what the view `turns` says, whichever turns were judged again", () => {
    fc.assert(
      fc.property(rollouts, fc.infiniteStream(fc.boolean()), (all, isRescored) => {
        const database = emptyDatabase();
        recordRollouts(database, newRun(database), [[true]]);
        const runId = newRun(database);
        recordRollouts(database, runId, all);
        const ids = database.prepare("SELECT id FROM turn").pluck().all() as number[];
        rescore(
          database,
          ids.filter(() => isRescored.next().value),
        );
        const seen = rolloutTracks(database, runId).flatMap(({ rollout, letters }) =>
          Array.from(letters, (letter, index) => {
            const code = letter.charCodeAt(0);
            return [rollout, index + 1, outcomeOf(code), Number(isIndexCorrect(code))];
          }),
        );
        const rows = database
          .prepare(
            "SELECT rollout, turn, class, index_correct FROM turns WHERE run_id = ? ORDER BY rollout, turn",
          )
          .raw()
          .all(runId);
        expect(seen).toEqual(rows);
        expect(rolloutTracks(database, runId)).toHaveLength(all.length);
      }),
      { numRuns: 100 },
    );
  });
});
