import { z } from "zod";
import { count, measure, share, turn } from "../../figures/run-schema.ts";
import { settingNames, shapeOf } from "../../settings/settings.ts";
import { decidedByLevel } from "../../tasks/levels.ts";
import { message } from "./message.ts";

const version = z.literal(1);
const error = z.string().nullable().describe("why it cannot be done; null: it can");

const sides = z.object({ cpuBytes: measure, gpuBytes: measure });

/** Null: not known. */
const plannedModel = z.object({
  name: z.string(),
  contextLength: count.nullable(),
  parallel: count.describe("conversations at a time"),
  memoryBytes: measure.describe("all of it, on the GPU and beside it"),
  memory: z
    .object({
      weights: sides,
      kvCache: sides.nullable().describe("null: among the buffers"),
      buffers: sides,
      programBytes: measure,
    })
    .nullable(),
  layers: z.object({ onGpu: count, all: count }).nullable().describe("the output counts as one"),
  answerLimit: count.nullable().describe("where answers are cut, in tokens"),
  fileBytes: measure.describe("what its rows take in the file, about"),
  warnings: z.array(z.string()).readonly(),
  parallelBecause: z
    .string()
    .nullable()
    .describe("why so many conversations at a time; null: as many as were asked for"),
  error,
  forecastMs: measure.describe("at the speed that was measured; reasoning counts as long as it may be"),
});

export const runPlanSchema = z.object({
  schemaVersion: version,
  settings: z.object(shapeOf(settingNames)).readonly(),
  models: z.array(plannedModel).readonly(),
});

export const firstPromptsSchema = z.object({
  schemaVersion: version,
  prompts: z
    .array(
      z.object({
        model: z.string(),
        text: z
          .string()
          .nullable()
          .describe("as the model sees it, special tokens as text; null: the engine has only messages"),
        tokenIds: z.array(z.int()).readonly().nullable(),
        messages: z.array(message).readonly(),
        warnings: z.array(z.string()).readonly(),
        error,
      }),
    )
    .readonly(),
});

export const levelsSchema = z.object({
  schemaVersion: version,
  levels: z
    .array(
      z.object({
        name: z.string(),
        asks: z.string().describe("what it asks of a model"),
        settings: z.object(shapeOf(decidedByLevel)),
      }),
    )
    .readonly()
    .describe("from the easiest to the hardest"),
});

const plannedTrial = z.object({
  experiment: z.string(),
  arm: z.string(),
  model: z.string(),
  rollouts: count.describe("of a search: those of its first step"),
  shard: z.string().describe("which of all rollouts: the third of eight shares, or 1/1"),
  cut: z.enum(["rollouts", "whole"]).describe("how it is divided between machines"),
  id: z
    .string()
    .nullable()
    .describe("by what decides it, the same on every machine; null: its model cannot be read"),
  dependsOn: z.array(z.string()).readonly().describe("ids of those that have to be carried out before"),
  turns: count,
  keysPerTurn: count,
  forecastMs: measure.describe("at the speed that was measured; of a search its shortest outcome"),
  forecastMostMs: measure.describe("the same, of a search its longest outcome"),
  memoryBytes: measure,
  sameAs: count
    .nullable()
    .describe("the number, from 1, of the trial before that asks for the same run; null: none"),
  leftOut: z.string().nullable().describe("why it is left out for this model; null: it is not"),
  error,
});

export const suitePlanSchema = z.object({
  schemaVersion: version,
  suite: z.string(),
  trials: z.array(plannedTrial).readonly(),
  cautions: z.array(z.string()).readonly(),
});

const studyDuration = z.object({
  model: z.string(),
  runId: turn.describe("the run by which it is told"),
  speed: z
    .object({
      machine: z.string(),
      threads: count.nullable(),
      parallel: count.nullable(),
      gpuLayers: count.nullable(),
      batchSize: count.nullable(),
    })
    .describe("null: not told"),
  isOnlySpeed: z.boolean().describe("whether other such runs of this model had these speed settings, too"),
  ms: z.number().describe("of both models together"),
});

export const powerSchema = z.object({
  schemaVersion: version,
  horizon: z.number().describe("H50 of the model that falls sooner, in turns"),
  ratio: z.number().optional().describe("how many times as far the other gets; absent with --margin"),
  margin: share
    .optional()
    .describe("with --margin: by how much less far one may get, where both get equally far"),
  power: share.describe("chance of seeing the difference, or of seeing that it is within the margin"),
  turns: turn.nullable().describe("that were asked for; null: several to choose from"),
  dictionaries: count.nullable().describe("that rollouts share; null: one each"),
  test: z.string(),
  significance: z.number(),
  rows: z
    .array(
      z.object({
        turns: turn,
        s: z.number().optional().describe("with --margin: of the horizons that decide in so many turns"),
        rollouts: count.describe("of each of the two models; of rollouts that share dictionaries, these"),
        hasEnoughDictionaries: z.boolean().nullable().describe("null: every rollout has its own"),
        durations: z.array(studyDuration).readonly(),
      }),
    )
    .readonly(),
});
