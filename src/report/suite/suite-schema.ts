import { z } from "zod";
import { compareSchema } from "../../figures/compare-schema.ts";
import { slopePairSchema, slopeSchema } from "../../figures/slope-schema.ts";
import { count, documentParts, measure, share, turn } from "../../figures/run-schema.ts";
import { levelSearchSchema } from "../../settings/level-search.ts";

const { proportion } = documentParts;

const row = z.object({
  arm: z.string(),
  model: z.string().describe("the row of the model in `models`"),
  setting: z
    .string()
    .nullable()
    .describe("what tells it from the same arm under other settings; null: the only one"),
  planted: z
    .string()
    .nullable()
    .describe("the arm without the rate of its planted errors; null: none are planted by this experiment"),
  label: z.string().describe("of the same row, in the same place, in `comparison.groups`"),
  runs: z.array(z.string()).readonly(),
  early: proportion.describe(
    "turn accuracy in the first quarter of the turns that were asked, turn 1 left out where it is a look-up alone",
  ),
  late: proportion.describe("and in the last quarter"),
  history: z
    .object({
      errorShare: share.describe("realised share of errors among the answers shown"),
      breakShare: share.describe("share of shown totals that do not follow from the one before"),
    })
    .describe("null: no answer was shown before an asked turn"),
  repairs: proportion.describe(
    "of answers after a shown state that was not the true one: back to the true total",
  ),
  costs: z
    .object({
      samples: measure,
      prefilledTokens: measure,
      reusedTokens: measure,
      decodedTokens: measure,
      reasoningTokens: measure,
      engineMs: measure.describe(
        "of the engine, all conversations together; null, too, where runs had their speeds unlike",
      ),
    })
    .describe("per asked turn"),
});

const capacity = z.object({
  model: z.string(),
  mode: z.string(),
  setting: z
    .string()
    .nullable()
    .describe("what tells it from other settings of the experiment; null: the only one"),
  keys: count.describe("largest K with enough right, by the monotone fit; 0: none"),
  low: count,
  high: count,
  threshold: z.number(),
  searched: count.describe("what the coarse search alone found"),
  sizes: z.array(z.object({ keys: turn, n: count, correct: count, share: z.number() })).readonly(),
});

const experiment = z.object({
  experiment: z.string(),
  comparison: compareSchema.omit({ schemaVersion: true, db: true }),
  rows: z.array(row).readonly(),
  slopes: z.array(slopeSchema).readonly(),
  slopePairs: z.array(slopePairSchema).readonly().describe("slopes of two models that were asked alike"),
  capacities: z.array(capacity).readonly(),
  findings: z.array(z.string()).readonly().describe("in words"),
});

/** What `compare --json` and `suite run --json` print of a suite. */
export const suiteDocumentSchema = z.object({
  schemaVersion: z.literal(1),
  db: z.string(),
  suite: z.string(),
  levelSearches: z
    .array(levelSearchSchema.extend({ experiments: z.array(z.string()).readonly() }))
    .readonly()
    .describe("how levels were found, each search once with the experiments that stand on it"),
  experiments: z.array(experiment).readonly(),
});

export type SuiteDocument = z.infer<typeof suiteDocumentSchema>;
export type SuiteExperiment = z.infer<typeof experiment>;
export type SuiteRow = z.infer<typeof row>;
export type SuiteCapacity = z.infer<typeof capacity>;
