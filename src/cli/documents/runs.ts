import { z } from "zod";
import { count, measure, share, turn } from "../../figures/run-schema.ts";
import { outcomeClasses, runStatuses } from "../../store/rows.ts";
import { message } from "./message.ts";

const place = {
  suite: z.string().nullable(),
  experiment: z.string().nullable(),
  arm: z.string().nullable(),
};

export const listedRunSchema = z.object({
  id: turn,
  name: z.string(),
  startedAt: z.string(),
  engine: z.string(),
  quantization: z.string().nullable(),
  bitsPerWeight: measure,
  task: z.string(),
  turns: count,
  rollouts: count,
  seed: z.number(),
  status: z.enum(runStatuses),
  rolloutsBroken: count.describe("that an engine error ended"),
  error: z.string().nullable(),
  ...place,
  places: z
    .array(
      z.object({
        suite: z.string(),
        experiment: z.string(),
        arm: z.string(),
        trial: count,
        asked: z.unknown().describe("settings that were asked for by a level or another name"),
        at: z.string(),
      }),
    )
    .readonly()
    .describe("further places of suites for which it stands"),
});

export const resumableSchema = z.object({
  schemaVersion: z.literal(1),
  runs: z
    .array(
      z.object({
        id: turn,
        name: z.string(),
        status: z.enum(runStatuses),
        error: z.string().nullable(),
        startedAt: z.string(),
        turnsDone: count,
        turnsPlanned: count.describe("fewer may come, where rollouts end early"),
      }),
    )
    .readonly()
    .describe("the one that stopped last at the end"),
});

export const readTurnSchema = z.object({
  turn,
  keys: z.array(z.string()).readonly(),
  expected: z.number().describe("the right answer given what was shown"),
  truth: z.number(),
  answer: z.number().nullable().describe("null: there is none that can be read"),
  class: z.enum(outcomeClasses),
  text: z.string(),
  confidence: z
    .object({
      probability: share.describe("of all tokens of the answer, one after the other"),
      gap: z.number().nullable().describe("the smallest of its tokens' gaps; null: not asked for"),
      decidingGap: z.number().nullable().describe("that of the token that decided; null: not known"),
    })
    .nullable()
    .describe("null: nobody asked, or there is no answer"),
  slip: z.string().nullable().describe("what a wrong number fits, in words; null: it is none"),
});

export const promptSchema = z.object({
  schemaVersion: z.literal(1),
  run: turn,
  rollout: count,
  turn,
  messages: z.array(message).readonly(),
  text: z
    .string()
    .nullable()
    .describe("as the model saw it, special tokens as text; null: the engine knew messages alone"),
  tokenIds: z.array(z.int()).readonly().nullable(),
  promptTokens: count.nullable().describe("what the row counted; null: the engine did not tell"),
});
