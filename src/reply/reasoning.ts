import { z } from "zod";

/**
 * How a model reasons before it answers: what its text holds where reasoning begins and ends. Found once when a model is
 * loaded, stored with the run, and read from there by everything that looks at a reply.
 */
export const reasoningSchema = z.object({
  /** Whether the prompt opens it, so that a reply begins inside it. */
  isOpened: z.boolean(),
  /** The mark with which the model opens it; empty where only the prompt does. */
  start: z.string(),
  /** The marks any of which ends it; none empty. */
  ends: z.array(z.string().min(1)).min(1),
  /** What closes it for the model and begins the answer, for a budget. */
  closing: z.string().min(1),
  /** Pairs of marks that stand around the answer and are no part of it. */
  wrappers: z.array(z.tuple([z.string(), z.string()])),
  /** How it was found. */
  foundBy: z.enum(["template", "prompt", "family", "vocabulary"]),
});
export type Reasoning = Readonly<z.infer<typeof reasoningSchema>>;

/** A reply in its parts. */
export interface ReplyParts {
  /** What is said outside of reasoning, wrappers left out. */
  readonly content: string;
  /** Null: none. */
  readonly reasoning: string | null;
  /** Whether reasoning was begun and never ended; then it holds the rest of the text. */
  readonly isOpen: boolean;
}
