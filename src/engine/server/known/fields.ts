import { z } from "zod";

/** Fields of answers that servers give in many versions: what has another type, or is not there, is not told. */
export const text = z.string().min(1).nullable().catch(null);
export const count = z.number().int().positive().nullable().catch(null);

export const settings = z.record(z.string(), z.json());
export type Settings = z.infer<typeof settings>;

/** Null where the answer has not this form. */
export function formOf<T>(schema: z.ZodType<T>, answer: unknown): T | null {
  return schema.safeParse(answer).data ?? null;
}
