import { confidenceSchema } from "./confidence.ts";
import { conditionsSchema, tuningSchema } from "../hardware/facts.ts";
import { z } from "zod";
import { toldNames } from "../reading/settings.ts";
import { levelSearchSchema } from "../settings/level-search.ts";
import { shapeOf } from "../settings/settings.ts";
import { outcomeClasses, rolloutEnds } from "../store/rows.ts";
import {
  askedThresholds,
  count,
  horizon,
  interval,
  measure,
  proportion,
  share,
  turn,
} from "./figure-parts.ts";
import { recommendationSchema } from "./choice-schema.ts";
import { coldStartSchema, floorSchema, improvementSchema, mainSlipSchema } from "./start-schema.ts";

export { count, interval, measure, proportion, share, turn } from "./figure-parts.ts";

const name = z.string().nullable();

const turnProportion = proportion.extend({ turn });

const taskAccuracy = z.object({
  turn,
  atRisk: count.describe("rollouts that finished this turn without an error in the turns before it"),
  firstErrors: count,
  censored: count.describe(
    "rollouts without an error of which no later turn was had, though the run was longer",
  ),
  accuracy: share.describe(
    "share of rollouts without an error so far (Kaplan-Meier); null: nobody left to tell",
  ),
  low: share,
  high: share,
});

const dictionaries = z.object({
  count: count.describe(
    "different dictionaries among the rollouts begun; of a task without them the rollouts",
  ),
  holdsForTheseOnly: z
    .boolean()
    .describe("whether rollouts share so few that intervals speak of these dictionaries alone"),
});

const serverSummary = z.object({
  kind: z.string().describe("by what it answers: llama.cpp, ollama, vllm, ... or unknown"),
  version: z.string().nullable(),
  url: z.string(),
  isRemote: z.boolean().describe("on another machine"),
  model: z.string().describe("as the server calls it"),
  digest: z.string().nullable(),
  tellsPrompt: z.boolean().describe("how long prompts are, so that one that was cut is noticed"),
});

const machine = z.object({
  cpuModel: z.string(),
  physicalCores: count,
  logicalCores: count,
  memoryBytes: count,
  os: z.string(),
  arch: z.string(),
  gpus: z.array(z.string()).readonly(),
});

const model = z
  .object({
    name,
    file: name.describe("file name without its folder"),
    sha256: name,
    architecture: name,
    parameters: count.nullable(),
    quantization: name,
    bytes: count.nullable(),
    bitsPerWeight: z
      .number()
      .nullable()
      .describe("by the tensors of the file, whatever its name says; as planted for a simulated model"),
  })
  .describe("of a simulated model only what is planted, parameters and bitsPerWeight; all else null");

const settings = z.object({
  ...shapeOf(toldNames),
  maxAnswerTokens: turn.nullable().describe("where answers were cut, in tokens; null: the model was refused"),
  dataset: name.describe(
    "SHA-256 of the data set's file (its name, where that was not written down); null: drawn",
  ),
  requested: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .readonly()
    .describe("flags before auto was resolved"),
  parallel: count.nullable(),
  threads: count.nullable(),
  contextLength: count.nullable(),
  batchSize: count.nullable(),
  kvTypeK: name,
  kvTypeV: name,
  flashAttention: z.boolean().nullable(),
  backend: z.object({ requested: name, used: name }),
  gpuLayers: count.nullable(),
  promptHash: z.string(),
  templateHash: name,
  templateSource: name,
  templateMode: name,
  instanceHash: z.string(),
  parserVersion: turn.nullable().describe("the newest parser that judged its answers; null: none did"),
  unsent: z
    .string()
    .nullable()
    .describe(
      "settings of sampling that its server could not be told; null: it was told all, or there is none",
    ),
});

const rollouts = z.object({
  planned: count,
  begun: count,
  counted: count.describe("finished at least one turn"),
  ended: z.record(z.enum(rolloutEnds), count).readonly(),
});

const afterSlip = z
  .object({
    rollouts: count.describe("finished a turn"),
    slipped: count.describe("of them, those with a turn that is not right: the first one is the slip"),
    followed: count.describe("of those, the ones that had a turn after it"),
    before: proportion.describe("right turns up to and with the slip, of all rollouts"),
    next: proportion.describe("of the turns right behind a slip"),
    after: proportion.describe("of all turns behind a slip"),
    longestRepeat: z
      .object({ turns: turn, run: z.string(), rollout: count, turn })
      .nullable()
      .describe("most turns in a row with one answer, not all of them right, and where they begin"),
    neverRight: proportion.describe("of followed rollouts: no turn behind the slip is right"),
    noneRightAfter: count
      .nullable()
      .describe("median of the last right turn (0: none); null: more than half are right in their last turn"),
    finding: name.describe("in words; null: nothing slipped"),
  })
  .describe("what comes after the first slip of a rollout");

const percentiles = z.object({ p50: measure, p95: measure });

const rateInterval = z
  .object(interval)
  .describe("over the batches of these runs, by batch means; null: too few batches");

const energy = z
  .object({
    joules: measure.describe("of processor and graphics while the runs lasted"),
    joulesPerToken: measure.describe("prefilled or decoded"),
    joulesPerRightTurn: measure,
  })
  .describe("null: not available");

const speed = z.object({
  aggregate: z
    .object({
      prefillTokensPerSecond: measure,
      prefillInterval: rateInterval,
      decodeTokensPerSecond: measure,
      decodeInterval: rateInterval,
      conversations: measure.describe("in a decode batch, on average"),
    })
    .describe("all conversations together, per second of engine time, marked batches left out"),
  oneConversation: z
    .object({ decodeTokensPerSecond: measure, ...interval })
    .describe("measured alone, beside the others; null: it was not"),
  disturbance: z
    .object({
      busyTimeShare: share.describe("of the batches' time, while a core was taken by somebody else"),
      sleptTimeShare: share.describe("over which the machine slept or the process was stopped"),
      prefillTokensPerSecond: measure.describe("with those batches"),
      decodeTokensPerSecond: measure,
      cpuShare: measure.describe(
        "of the other batches, those left out that are short for their conversations: CPU time over duration times the threads that could run; null: not known, a GPU takes part, or a grammar does",
      ),
      threadsDisturbed: z
        .boolean()
        .nullable()
        .describe("whether others had cores while the threads of a run were chosen; null: not known"),
      pulseMs: measure.describe("of a short fixed computation before and after these runs, the mean"),
      pulseRatio: measure.describe(
        "its slowest beside a run over the fastest that the program had seen; the largest of these runs",
      ),
    })
    .describe("what kept the machine from its usual speed"),
  decodeClock: z
    .object({
      version: z
        .literal([1, 2])
        .nullable()
        .describe("1: the next token waits for other conversations' prefill; null: speeds had unlike"),
      leftOut: z
        .array(z.string())
        .readonly()
        .describe("runs by the earlier clock, in no figure of next tokens"),
    })
    .describe("of `interTokenMs` and of the decode rate of `perConversation`"),
  energy,
  perConversation: z.object({ prefillTokensPerSecond: measure, decodeTokensPerSecond: measure }),
  ttftMs: percentiles.describe("of all turns, those during marked batches included"),
  interTokenMs: percentiles.describe("as `ttftMs`, by `decodeClock`"),
  prefillTokens: count.nullable().describe("null, as all of speed: the engine did not tell"),
  reusedTokens: count.nullable(),
  decodeTokens: count.nullable(),
  reuseShare: z.object({
    withPrefix: share,
    withoutPrefix: share.describe("the prefix shared by all rollouts left out at turn 1"),
  }),
  mixedBatches: count.describe("held prefill and decode, so count in neither aggregate rate"),
  mixedTimeShare: share,
  remeasuredTurns: count.describe("whose times were taken again later, since something had disturbed them"),
  prefix: z.object({ tokens: count.nullable(), ms: measure }).describe("evaluated once for all rollouts"),
});

const measures = {
  rollouts,
  dictionaries,
  overallTurnAccuracy: proportion.describe(
    "all turns together; the interval allows for turns of a rollout failing together",
  ),
  turnAccuracyOf: z
    .enum(["all", "survivors"])
    .describe(
      "survivors: rollouts ended at their first error, so every turn but the first was asked of those without one",
    ),
  turnAccuracy: z.array(turnProportion).readonly(),
  indexAccuracy: z.array(turnProportion).readonly(),
  taskAccuracy: z.array(taskAccuracy).readonly(),
  horizons: z.array(horizon).readonly(),
  floor: floorSchema
    .nullable()
    .describe(
      "at the floor: the upper end of its accuracy in the first turns that compose something is below one half, or that of its readable answers below one fifth; null: it is not shown to be",
    ),
  coldStart: coldStartSchema
    .nullable()
    .describe("null: unknown, as where rollouts ended at their first error or turn 1 was not asked"),
  improvement: improvementSchema.nullable().describe("null: unknown, as `coldStart`, or fewer than 5 turns"),
  mainSlip: mainSlipSchema
    .nullable()
    .describe(
      "null: most fit several causes or none, the one that most fit is not above chance, or wrong numbers were not read",
    ),
  outcomes: z.record(z.enum(outcomeClasses), count).readonly(),
  speed,
  memory: z.object({
    peakRssBytes: count.nullable(),
    kvBytes: count.nullable(),
    vramBytes: count.nullable(),
  }),
};

const run = z.object({
  id: count,
  name: z.string(),
  status: z.enum(["complete", "interrupted", "failed", "running"]),
  error: name,
  warnings: z.array(z.string()).readonly(),
  tuning: tuningSchema.nullable().describe("how it was fitted to the machine; null: not told"),
  conditions: conditionsSchema.nullable().describe("what the machine was like meanwhile"),
  levelSearch: levelSearchSchema.nullable().describe("how its level was found; null: it was not looked for"),
  engine: z.string().describe("by name: llama, scripted, openai, ollama"),
  server: serverSummary.readonly().nullable().describe("null: the model was in this process"),
  scripted: name.describe("parameters of the simulated model; null for a real one"),
  startedAt: z.string(),
  wallMs: measure,
  versions: z.record(z.string(), z.string()).readonly(),
  seed: z.number(),
  machine,
  model,
  settings,
  ...measures,
  afterSlip: afterSlip
    .nullable()
    .describe(
      "null: unknown, as where turns were asked by themselves or rollouts ended at their first error",
    ),
  confidence: confidenceSchema
    .nullable()
    .describe("how sure the model was of its answers; null: nobody asked (--confidence)"),
});

/** What other documents are made of, too. */
export const documentParts = {
  afterSlip,
  horizon,
  machine,
  measures,
  model,
  proportion,
  serverSummary,
  settings,
  speed,
};

/** What `--json` prints. Fields may be added under the same version; none is renamed or removed. */
export const documentSchema = z.object({
  schemaVersion: z.literal(1),
  db: z.string().describe("the file that holds the rows, as it was named"),
  machine: machine.nullable().describe("of the first run"),
  thresholds: askedThresholds,
  verdict: z.string(),
  nextLevel: z
    .object({
      why: z
        .enum(["floor", "unslipped"])
        .describe("floor: of the task, on one model at least; unslipped: no model made an error"),
      level: z.string().describe("what --level takes"),
    })
    .nullable()
    .describe("where these runs would tell more; null: nothing says so"),
  recommendation: recommendationSchema
    .readonly()
    .optional()
    .describe("after `run` over several models: which of them to run"),
  runs: z.array(run).readonly(),
});

export type RunDocument = z.infer<typeof documentSchema>;
export type RunSummary = z.infer<typeof run>;
export type AfterSlipFigures = z.infer<typeof afterSlip>;
export type RunHorizon = z.infer<typeof horizon>;
