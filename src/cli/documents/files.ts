import { z } from "zod";
import { count, share, turn } from "../../figures/figure-parts.ts";
import { taskNames } from "../../tasks/index.ts";

const runNumbers = z.array(turn).readonly();

export const mergedSchema = z.object({
  file: z.string(),
  runs: count.describe("that it holds now"),
  turns: count,
  parts: z
    .array(
      z.object({
        part: z.string(),
        refused: z.string().nullable().describe("why nothing of it was merged; null: it was"),
        added: runNumbers.describe("numbers in the file of runs that came"),
        known: runNumbers.describe("of those that were there"),
        continued: runNumbers.describe("of those that were there and have gone on"),
        leftOut: z
          .array(
            z.object({
              run: turn.describe("in the part"),
              name: z.string(),
              why: z
                .enum(["running", "held", "removed", "unnamed"])
                .describe(
                  "running: it goes on; held: it goes on in the file; removed: the file has a mark that it was removed; unnamed: a run that it replays is not in the part",
                ),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
});

export const removedRun = z.object({
  run: turn,
  uid: z.string().nullable().describe("what it is called wherever its rows are; null: it had none"),
  name: z.string(),
  model: z.string().nullable(),
  startedAt: z.string(),
  runSeal: z.string().nullable().describe("to know it again in a copy; null: it had none"),
  turns: count,
  at: z.string().describe("when it was removed"),
});

export const removedSchema = z.object({ file: z.string(), removed: z.array(removedRun).readonly() });

export const backupSchema = z.object({ file: z.string(), runs: count, bytes: count });

export const datasetSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  task: z.enum(taskNames),
  rows: count,
  horizon: count.describe("keys of every row"),
  keysPerTurn: count.nullable().describe("null: the file does not say"),
  turns: count.describe("of one turn's keys, which are 1 where the file does not say"),
  sharedDictionary: z.boolean(),
  gatheredDictionary: z.boolean().describe("from the rows, since the file holds none"),
  dictionary: z
    .object({
      entries: count,
      first: z.array(z.object({ key: z.string(), value: z.number() })).readonly(),
      mean: z.number(),
      min: z.number(),
      max: z.number(),
      duplicateValues: count.describe("entries whose value another one before them has"),
      zeroValues: count,
    })
    .describe("of the first row"),
  duplicateRows: count,
  zeroSumTurns: share.describe("share of turns whose values sum to 0"),
  zeroSumPairs: share.describe("chance that two keys of the first dictionary sum to 0"),
});
