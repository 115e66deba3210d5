import { z } from "zod";
import { depthBinSchema } from "./decode-depths.ts";
import { marginSchema, recommendationSchema, tierSchema } from "./choice-schema.ts";
import { headlinePoint } from "./headline-schema.ts";
import { meanTurns } from "./group-figure.ts";
import { groupFigureShape } from "./group-figures.ts";
import { askedThresholds } from "./figure-parts.ts";
import { slopePairSchema, slopeSchema } from "./slope-schema.ts";
import { count, documentParts, interval, measure, turn } from "./run-schema.ts";

const { afterSlip, machine, measures, model, proportion, serverSummary, settings, speed } = documentParts;

const slips = z.object({
  slips: count.describe("wrong numbers that were decoded: the first ones, at most 2,000 of a run"),
  all: count.describe("wrong numbers that there were"),
  kinds: z
    .array(
      proportion.extend({
        kind: z.string(),
        chance: z.number().describe("share that errors without any meaning, of the same sizes, would have"),
        isAboveChance: z
          .boolean()
          .describe("the interval lies above chance, also if all causes are taken together"),
      }),
    )
    .readonly(),
  lookUps: z
    .object({
      medianDistance: z
        .number()
        .nullable()
        .describe("entries between the key and the one whose value was taken"),
      adjacent: proportion,
      adjacentChance: z.number(),
      sharedPrefix: proportion.describe("both words begin with the same letter"),
      sharedPrefixChance: z.number(),
      pairs: z.array(z.object({ asked: z.string(), taken: z.string(), n: count })).readonly(),
    })
    .nullable(),
  findings: z.array(z.string()).readonly().describe("in words: causes above chance, what was left out"),
});

const throughput = {
  correctTurnsPerSecond: measure.describe("right turns a second of engine time, marked batches included"),
  tokensPerCorrectTurn: measure.describe("tokens prefilled and decoded for each right turn"),
};

const speedRow = z.object({
  runs: z.array(z.string()).readonly(),
  parallel: count.nullable(),
  threads: count.nullable(),
  batchSize: count.nullable(),
  contextLength: count.nullable(),
  gpuLayers: count.nullable(),
  loadMode: z.string().describe("as asked for"),
  confidence: z.string().describe("what was told of how sure the model was, which takes time"),
  server: z.string().nullable().describe("its kind and address; null: the model was in this process"),
  machine: z.string().describe("where a run went on on another kind, both: its times are of neither"),
  llamaCpp: z.string().nullable().describe("its release; null for a simulated model"),
  speed,
  memory: measures.memory,
  ...throughput,
});

const machineKind = z.object({
  machine: z.string().describe("as `speeds` name it"),
  cpu: z.string(),
  cores: z.string(),
  system: z.string(),
  gpus: z.string().describe("empty: none"),
});

const group = z.object({
  label: z.string(),
  runs: z.array(z.string()).readonly(),
  status: z.enum(["complete", "interrupted", "failed", "running"]),
  engine: z.string().describe("by name: llama, scripted, openai, ollama"),
  server: serverSummary.readonly().nullable().describe("null: the model was in this process"),
  scripted: z.string().nullable(),
  seeds: z.array(z.number()).readonly(),
  machine: machine.describe("of its first run: `machines` has all"),
  machines: z
    .array(machineKind)
    .readonly()
    .describe(
      "kinds of machine that it was played on: with the same CPU, cores, system and GPUs two are one kind; also of runs whose rollouts do not count",
    ),
  model,
  family: z.string().nullable().describe("equal in quantizations of one model; null: it may be any model"),
  settings,
  ...measures,
  ...throughput,
  speeds: z
    .array(speedRow)
    .readonly()
    .describe(
      "one for each speed setting and machine, also of runs whose rollouts do not count; `speed` is unknown where there are several",
    ),
  failed: z
    .object({ id: z.string(), error: z.string().nullable() })
    .nullable()
    .describe("this model's newest run under this setting, if it failed"),
  ...groupFigureShape,
  afterSlip: afterSlip.nullable().describe("with --metric slips; null also where it is unknown"),
  slips: slips.nullable().describe("with --metric slips; null also for tasks whose answers no decoder reads"),
});

const servedSpeed = z.object({
  turnsPerSecond: measure.describe("all conversations together, right or wrong"),
  ttftMs: measure.describe("the median time to a turn's first token"),
});

const servedAlike = z.object({
  here: z.string().describe("label of the row in this process"),
  there: z.string().describe("label of the row behind a server"),
  turns: count.describe(
    "asked alike, and read in one at least: each rollout as far as both had said the same before",
  ),
  same: count,
  differing: z
    .array(
      z.object({
        rollout: count,
        turn,
        here: z.string().nullable().describe("as it was read; null: no number could be"),
        there: z.string().nullable(),
        gap: z
          .number()
          .nullable()
          .describe("ln of how much likelier the model in this process held its token; null: not stored"),
      }),
    )
    .readonly(),
  otherwise: z
    .object({ here: count.nullable(), there: count.nullable() })
    .nullable()
    .describe(
      "tokens of a first prompt, where the server words conversations otherwise and nothing is compared; null: alike",
    ),
  speedHere: servedSpeed,
  speedThere: servedSpeed.describe("by our clock, as all that is measured"),
  isSlowedHere: z
    .boolean()
    .describe("whether the model in this process told how sure it was (--confidence), which takes time"),
});

const agreement = z
  .object({
    lesser: z.string().describe("the one with fewer bits a weight, or in the KV cache"),
    reference: z.string(),
    turns: count.describe("that both answered, on the same instances"),
    same: count.describe("with the same number in both, or with none that could be read in either"),
    neitherRead: count,
    onlyLesser: count.describe("right in the lesser one alone"),
    onlyReference: count,
    worse: z.number().describe("share of right turns that the reference has more"),
    ...interval,
    gap: z
      .object({
        n: count.describe("turns in which a number was read and the gap stored of both"),
        clusters: count.describe("instances, or the dictionaries that they share"),
        mean: z.number().nullable().describe("gap of the lesser one's answers less that of the reference's"),
        ...interval,
      })
      .nullable()
      .describe("with --confidence top2 in both; null elsewhere"),
  })
  .describe(
    "of two quantizations of one model behind one given history, where turn accuracy decides; null: they are no such two, they were asked differently, or their answers were not read",
  );

const pair = z.object({
  ahead: z.string(),
  behind: z.string(),
  turns: turn.describe("turns looked at"),
  pairedRollouts: count.describe("instances that both played; 0: compared unpaired"),
  test: z
    .string()
    .nullable()
    .describe("of the curves, which decides where `decidedBy` says so; null: nothing can tell"),
  excess: z.number().nullable().describe("first errors of `ahead` beyond those expected if both were alike"),
  pValue: z.number().nullable(),
  adjustedPValue: z
    .number()
    .describe(
      "of the test that decides, by Holm's correction over all pairs; with tiers over a tier's comparisons, and for any of its rows being the best",
    ),
  isShown: z.boolean(),
  decidedBy: z
    .enum(["curve", "turns", "nothing"])
    .describe(
      "curve: the log-rank test; turns: turn accuracy at equal turns; nothing: turns of unlike sizes, or histories that differ behind the first error, at which the rollouts ended",
    ),
  firstErrors: count.nullable().describe("of both, in the turns looked at; fewer than 5 decide nothing"),
  cutRollouts: count.describe(
    "rollouts without an error that were cut short by themselves within the turns looked at",
  ),
  dictionaries: count
    .nullable()
    .describe("the test holds for these dictionaries only; null: for dictionaries of this kind"),
  turnAccuracy: z
    .object({
      ahead: proportion,
      behind: proportion,
      difference: z.number(),
      ...interval,
      pValue: z.number(),
    })
    .nullable()
    .describe("at turns that both played, where turn accuracy decides"),
  agreement: agreement.nullable(),
  crossing: meanTurns
    .nullable()
    .describe("where the curves cross: mean turns of `ahead` less those of `behind`, adjusted for all pairs"),
  ratio: z
    .object({ s: z.number(), ratio: z.number().nullable(), ...interval })
    .nullable()
    .describe(
      "of horizons within the turns looked at; a lower bound alone means at least so much; null also where rollouts share six dictionaries or more",
    ),
  meanTurnsDifference: meanTurns.nullable(),
  mcNemar: z
    .object({ turn, onlyAhead: count, onlyBehind: count, pValue: z.number(), midP: z.number() })
    .nullable()
    .describe("instances without an error up to a turn by one of both only; null: unpaired"),
  verdict: z.string(),
});

/** What `compare --json` prints. Fields may be added under the same version; none is renamed or removed. */
export const compareSchema = z.object({
  schemaVersion: z.literal(1),
  db: z.array(z.string()).readonly(),
  by: z.string(),
  baseline: z.string().nullable(),
  thresholds: askedThresholds,
  verdict: z.string(),
  notes: z.array(z.string()).readonly(),
  groups: z.array(group).readonly(),
  pairs: z.array(pair).readonly(),
  tiers: z
    .array(tierSchema)
    .readonly()
    .optional()
    .describe(
      "of more than three rows that answer the same question; then `pairs` has the comparisons with the best of each tier, and of quantizations of one model with each other",
    ),
  margin: marginSchema.readonly().optional().describe("with --margin"),
  recommendation: recommendationSchema.readonly().optional().describe("of two rows or more that have turns"),
  served: z
    .array(servedAlike.readonly())
    .readonly()
    .optional()
    .describe("models that stand here both in this process and behind a server"),
  headline: z
    .array(headlinePoint)
    .readonly()
    .optional()
    .describe("how good one turn is beside how far a model gets, by size; a point for each model"),
  slopes: z
    .array(slopeSchema)
    .readonly()
    .optional()
    .describe(
      "with --metric self-conditioning: of rows with planted errors, all rates of a setting together",
    ),
  slopePairs: z
    .array(slopePairSchema)
    .readonly()
    .optional()
    .describe("with --metric self-conditioning: slopes of two models that were asked alike"),
  depths: z
    .array(
      z.object({
        label: z.string(),
        runs: z.array(z.string()).readonly(),
        bins: z.array(depthBinSchema).readonly(),
      }),
    )
    .readonly()
    .optional()
    .describe(
      "with --metric depth: one for each speed setting of a row; marked batches left out; no bins: no batch tells its depth",
    ),
});

export type CompareDocument = z.infer<typeof compareSchema>;
export type CompareGroup = z.infer<typeof group>;
export type ComparePair = z.infer<typeof pair>;
