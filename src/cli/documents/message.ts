import { z } from "zod";

/** A message of a conversation. */
export const message = z.object({ role: z.string(), content: z.string() });
