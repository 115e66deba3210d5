import { z } from "zod";
import { promptForms, taskNames } from "../tasks/task.ts";
import { experiments } from "../experiments/index.ts";

const auto = (least: number) => z.union([z.int().min(least), z.literal("auto")]);
const kvType = z.enum(["f16", "q8_0", "q4_0"]);

/** What can be set for a suite, a setting or an experiment; names are those of `longhaul run`'s flags. */
const conditionShape = {
  task: z.enum(taskNames),
  turns: z.int().min(1).max(100_000),
  rollouts: z.int().min(1).max(1_000_000),
  keysPerTurn: z.int().min(1).max(10_000),
  dictionarySize: z.int().min(2),
  valueMax: z.int().min(1).max(1_000_000),
  values: z.enum(["zero-sum", "free"]),
  sharedDictionary: z.boolean(),
  shots: z.int().min(0).max(100),
  prompt: z.enum(promptForms),
  start: z.enum(["neutral", "random"]),
  seed: z.int().min(0),
  parallel: auto(1),
  gpu: z.enum(["auto", "off", "cuda", "vulkan", "metal"]),
  gpuLayers: auto(0),
  threads: auto(1),
  context: auto(64),
  kvTypeK: kvType,
  kvTypeV: kvType,
  flashAttention: z.boolean(),
  temperature: z.number().min(0).max(100),
  topP: z.number().min(0).max(1),
  topK: z.int().min(0),
  minP: z.number().min(0).max(1),
  maxAnswerTokens: z.int().min(1),
  stop: z.enum(["answer", "eog"]),
  history: z.string().describe("as --history takes it"),
  votes: z.string().describe("as --votes takes it"),
  format: z.enum(["free", "integer"]),
  thinking: z.enum(["off", "on"]),
  thinkingBudget: z.int().positive().nullable(),
  until: z.enum(["end", "first-error"]),
};

const overrides = z.strictObject(conditionShape).partial();
export type Overrides = z.infer<typeof overrides>;
export const overrideNames = Object.keys(conditionShape) as (keyof Overrides)[];

const setting = overrides.extend({ name: z.string().min(1) });

const [firstExperiment, ...otherExperiments] = experiments.map((kind) =>
  overrides.extend({
    use: z.literal(kind.name).describe(kind.question),
    name: z.string().min(1).optional().describe("another name for it in tables"),
    ...kind.options.shape,
  }),
);
if (firstExperiment === undefined) throw new Error("there is no experiment");

/** A suite file: experiments as data. */
export const suiteSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  models: z
    .array(z.string().min(1))
    .default([])
    .describe("GGUF files or folders, from the suite file's folder; the command line's stand in their place"),
  defaults: overrides.default({}).describe("for every experiment"),
  settings: z.array(setting).min(1).optional().describe("each experiment is carried out under each of them"),
  experiments: z.array(z.discriminatedUnion("use", [firstExperiment, ...otherExperiments])).min(1),
});

export type SuiteFile = z.infer<typeof suiteSchema>;
export type SuiteExperiment = SuiteFile["experiments"][number];
export type SuiteSetting = z.infer<typeof setting>;

/** The JSON Schema that editors take, as shipped in `suite.schema.json`. */
export function suiteJsonSchema(): Record<string, unknown> {
  return { title: "Longhaul suite", ...z.toJSONSchema(suiteSchema, { io: "input" }) };
}
