import { z } from "zod";

/**
 * How a level came to be taken. `fits`: the hardest on which every model was right in 80 to 99 % of its probes, as far as
 * these tell; `offFloor`: there is none, and on this one no model is at a floor; `none`: there is none of those either,
 * and this is the easiest.
 */
const levelOutcomes = ["fits", "offFloor", "none"] as const;

const tried = z.object({
  level: z.string(),
  n: z.int().describe("probes: turns behind a history of right answers"),
  right: z.int(),
  readable: z.int().describe("answers that could be read"),
  low: z.number().nullable().describe("95 % interval of the share of right ones; null: none answered"),
  high: z.number().nullable(),
});

/** What a search for a level asked, and what it took: stored with every run that it was made for. */
export const levelSearchSchema = z.object({
  asked: z.literal("auto"),
  level: z.string().describe("the one that was taken"),
  outcome: z.enum(levelOutcomes),
  isCut: z.boolean().describe("whether it ended for want of time, so that a harder level may fit"),
  models: z.array(
    z.object({
      model: z.string(),
      tried: z.array(tried).describe("in the order of the list"),
      error: z.string().nullable().describe("why it was asked no more; null: nothing failed"),
    }),
  ),
  spentMs: z.number().describe("by the whole search, loading included"),
  forecastMs: z
    .number()
    .nullable()
    .describe("what a run of each model was forecast to take; null: not known"),
  under: z.record(z.string(), z.unknown()).describe("the settings that models were asked under"),
});

export type LevelSearch = Readonly<z.infer<typeof levelSearchSchema>>;
export type LevelTried = Readonly<z.infer<typeof tried>>;
