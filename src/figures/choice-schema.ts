import { z } from "zod";
import { interval, measure } from "./figure-parts.ts";

const labels = z.array(z.string()).readonly();

/** Rows that cannot be told from the best of them. */
export const tierSchema = z.object({
  best: z
    .string()
    .describe(
      "label of the first of these rows that none is shown ahead of; the others are compared with it alone",
    ),
  rows: labels.describe("it and those that are not shown to be behind it, in the table's order"),
  comparisons: z
    .number()
    .describe(
      "with the best, of this tier's rows and all later ones: p-values are adjusted for these, and for any of the rows being the best",
    ),
});

const marginRow = z.object({
  label: z.string(),
  verdict: z
    .enum(["good enough", "worse", "undecided"])
    .describe(
      "good enough: the interval's lower end is within the margin; worse: its upper end is beyond it; undecided: neither, or unknown",
    ),
  s: z.number().nullable().describe("of the horizons that are compared; null: at no threshold can they be"),
  ratio: measure.describe("its horizon over the reference's"),
  ...interval,
  moreRollouts: z
    .number()
    .nullable()
    .describe(
      "of each of both that would tell, were they as they seem; null: it is told, or no number would",
    ),
  sentence: z.string(),
});

/** With `--margin`: whether rows get nearly as far as another one. */
export const marginSchema = z.object({
  share: z.number().describe("by how much shorter a horizon may be, between 0 and 1"),
  reference: z.string().describe("label: the baseline, else the row that is ahead of most"),
  comparisons: z.number().describe("what intervals are adjusted for"),
  rows: z.array(marginRow).readonly(),
});

const recommended = z.object({
  label: z.string(),
  isAmongBest: z
    .boolean()
    .nullable()
    .describe("not shown to be behind the row that is ahead of most; null: not compared"),
  correctTurnsPerSecond: measure,
  memoryBytes: z.number().nullable().describe("the most that its runs held, graphics memory included"),
  beatenBy: labels.describe(
    "rows that are shown to go further, make at least 30 % more right turns a second, and take no more memory",
  ),
});

const undecidedPair = z.object({
  ahead: z.string(),
  behind: z.string(),
  moreRollouts: z
    .number()
    .nullable()
    .describe("of each of both, were they as they seem; null: more than 20 times as many as were played"),
  moreMs: measure.describe("that these would take both"),
  hasErrors: z
    .boolean()
    .describe("false: so few first errors that longer rollouts tell more than further ones"),
});

/** Which to run, and why: what is told where several rows are compared. */
export const recommendationSchema = z.object({
  rows: z.array(recommended).readonly(),
  front: labels.describe("rows that no other is shown to beat in how far, how fast and memory"),
  undecided: z.array(undecidedPair).readonly().describe("those among the best with the first of them"),
  sentences: z.array(z.string()).readonly(),
});

export type Tier = z.infer<typeof tierSchema>;
export type Margin = z.infer<typeof marginSchema>;
export type MarginRow = z.infer<typeof marginRow>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type RecommendedRow = z.infer<typeof recommended>;
export type UndecidedPair = z.infer<typeof undecidedPair>;
