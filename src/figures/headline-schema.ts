import { z } from "zod";
import { documentParts } from "./run-schema.ts";

const turns = z.number().nullable();

/** A model of the headline: how good one turn is, how far it gets, and how far it would if all turns were as that one. */
export const headlinePoint = z.object({
  label: z.string().describe("of the row whose horizon it is"),
  question: z
    .number()
    .int()
    .describe("equal for points of rows that were asked the same, which may share an axis"),
  parameters: z.number().nullable(),
  bytes: z.number().nullable(),
  bitsPerWeight: z.number().nullable(),
  oneTurn: documentParts.proportion
    .extend({
      of: z.string().describe("label of the row that was asked"),
      behind: z.enum(["right answers", "own answers"]).describe("what stood in its history"),
    })
    .nullable()
    .describe("turn 2, the first that adds to anything: behind right answers where that was asked"),
  horizon: documentParts.horizon.describe("H50"),
  constant: z
    .object({ turns, low: turns, high: turns })
    .nullable()
    .describe("ln 0.5 / ln p with p that turn: H50 if every turn were as good; null within: without an end"),
});
export type HeadlinePoint = z.infer<typeof headlinePoint>;
