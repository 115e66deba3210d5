import { z } from "zod";
import { count, share, turn } from "../../figures/figure-parts.ts";
import { outcomeClasses, runStatuses } from "../../store/rows.ts";
import { removedRun } from "./files.ts";

const finding = z.object({
  check: z.string(),
  run: turn,
  rollout: count.nullable(),
  turn: turn.nullable(),
  what: z.string().describe("the column, or the fact in words"),
  expected: z.string(),
  found: z.string(),
});

export const verifiedSchema = z.object({
  holds: z.boolean(),
  runs: z
    .array(
      z.object({
        run: turn,
        name: z.string(),
        status: z.enum([...runStatuses, "unreadable"]),
        turns: count,
        holds: z.boolean(),
        findings: z.array(finding).readonly().describe("at most 20 for each check"),
        more: z.record(z.string(), count).readonly().describe("how many more there are, by check"),
        notChecked: z.array(z.object({ what: z.string(), why: z.string() })).readonly(),
      }),
    )
    .readonly(),
  speedTests: z
    .object({ count, broken: z.array(z.object({ id: turn, test: z.string() })).readonly() })
    .describe("none where runs were named"),
  removed: z
    .object({ count, broken: z.array(turn).readonly() })
    .describe("marks of removed runs, and the numbers of those that were changed"),
});

export const verifiedFileSchema = z.object({
  file: z.string(),
  holds: z.boolean(),
  findings: z
    .array(
      z.object({
        check: z.enum(["pages", "references", "schema", "json", "seals", "removed"]),
        run: turn.nullable().describe("null: of none alone"),
        found: z.string(),
      }),
    )
    .readonly(),
  runs: count,
  turns: count,
  removed: z.array(removedRun).readonly(),
  unsealed: count.describe("rows from before there were seals"),
});

const verdict = z.object({
  parserVersion: turn,
  class: z.enum(outcomeClasses),
  answer: z.number().nullable(),
  firstAnswer: z.number().nullable(),
  turnCorrect: z.boolean().describe("right given what was shown"),
  indexCorrect: z.boolean().describe("equal to the truth"),
  taskCorrect: z.boolean().describe("no error so far"),
  afterMissing: z.boolean().describe("the turn before gave no number"),
  basis: z.object({
    shownBefore: z.number().nullable(),
    valuesSince: z.number(),
    expected: z.number(),
  }),
});

export const rescoredSchema = z.object({
  parserVersion: turn,
  dryRun: z.boolean(),
  runs: z
    .array(
      z.object({
        run: turn,
        name: z.string(),
        parserVersion: turn,
        turns: count,
        added: count.describe("verdicts that were written, or would be"),
        counts: z
          .object({
            class: count,
            answer: count,
            turnCorrect: count,
            taskCorrect: count,
            expected: count,
          })
          .describe("for each column, how many turns have another value"),
        changed: z
          .array(z.object({ run: turn, rollout: count, turn, text: z.string(), old: verdict, new: verdict }))
          .readonly(),
        contradicted: count.describe(
          "turns whose stored verdict of this very version is not what the parser gives",
        ),
        leftOut: count.describe("turns that do not follow one another"),
      }),
    )
    .readonly(),
});

const shares = z.object({ step: share, index: share, prefix: share });

export const paperScoringSchema = z.object({
  run: turn,
  rollouts: count,
  leftOut: count.describe("rollouts whose history is not the model's own"),
  turns: z
    .array(
      z.object({
        turn,
        n: count.describe("rollouts that finished this turn"),
        ours: shares,
        live: shares.describe("by the paper's evaluator that runs beside the model"),
        final: shares.describe("by the one that reads the whole conversation"),
      }),
    )
    .readonly(),
});
