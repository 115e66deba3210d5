import { z } from "zod";
import { untoldReasons } from "../metrics/conditioning.ts";
import { count, interval, proportion, share } from "./figure-parts.ts";

const shown = share
  .nullable()
  .describe("mean share of errors among the answers shown before these turns; null: none of them was asked");

/** The effect of planted errors, of one model under one setting; see {@link conditioningSlopes}. */
export const slopeSchema = z.object({
  model: z.string(),
  kind: z.string().describe("which errors were shown, and how"),
  slope: z
    .number()
    .nullable()
    .describe("log-odds of a right turn per unit of error share; null: none to be had, or beyond all bounds"),
  low: z
    .number()
    .nullable()
    .describe(
      "95 %; where right and wrong are parted, one end alone is known; where all instances did alike, none",
    ),
  high: z.number().nullable(),
  clusters: count.describe(
    "instances; where these share six dictionaries or more, the interval is never narrower than by dictionary",
  ),
  rates: z
    .array(proportion.extend({ rate: share, shown }))
    .readonly()
    .describe("right turns at each rate, at turns that all rates reached"),
  own: proportion
    .extend({ shown })
    .nullable()
    .describe("right turns at the same turns behind the model's own history; null: not played to the end"),
  test: z
    .object({
      difference: z.number().describe("share of right turns at the highest rate less that at the lowest"),
      ...interval,
      pValue: z.number().describe("permutation by instance"),
      adjustedPValue: z.number().describe("Holm's correction over the slopes told beside it"),
      pairs: count,
      isOpen: z.boolean().describe("turns that cut rollouts lack could turn it round"),
    })
    .nullable(),
  effect: z
    .enum(["fewer_right", "more_right"])
    .nullable()
    .describe("where slope and test both show one: what errors shown do to the turns after them"),
  reason: z.enum(untoldReasons).nullable().describe("why nothing can be told; null: something is"),
});

/** Whether planted errors weigh alike on two models that were asked alike. */
export const slopePairSchema = z.object({
  kind: z.string().describe("which errors were shown, and how"),
  heavier: z.string().describe("the model whose log-odds fall more with the errors shown"),
  lighter: z.string(),
  heavierSlope: z
    .number()
    .nullable()
    .describe("log-odds per unit of error share, at what both were asked; null: it falls beyond all bounds"),
  lighterSlope: z.number().nullable().describe("null: it rises beyond all bounds"),
  difference: z
    .number()
    .nullable()
    .describe("slope of `heavier` less that of `lighter`; null: one of them is beyond all bounds"),
  low: z
    .number()
    .nullable()
    .describe("95 %; null: without a difference, and where all instances of each model did alike"),
  high: z.number().nullable(),
  clusters: count.describe("instances of both; those that both played are pairs"),
  pValue: z.number().describe("of the interaction, clustered by instance; 1 with `isOpen`"),
  adjustedPValue: z.number().describe("Holm's correction over the pairs told beside it"),
  isOpen: z.boolean().describe("turns that cut rollouts lack could turn it round"),
  isShown: z.boolean().describe("whether they differ, at the level of 0.05"),
});

export type ConditioningSlope = z.infer<typeof slopeSchema>;
export type SlopePair = z.infer<typeof slopePairSchema>;
