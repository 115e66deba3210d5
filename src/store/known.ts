import type { z } from "zod";

/** What a column of JSON holds. Null: written before, or not as this program knows it. */
export function known<Facts>(schema: z.ZodType<Facts>, json: unknown): Facts | null {
  if (typeof json !== "string") return null;
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
