import { z } from "zod";
import { reasoningSchema } from "../reply/reasoning.ts";

/** How a run's conversations were worded: found when its model was loaded, stored with it. */
export const chatFactsSchema = z.object({
  /** Which Jinja rendered: llama.cpp's own, the one in JavaScript, or a server's, which is not known. */
  jinja: z.enum(["llama.cpp", "javascript", "server"]),
  /** What the template was given besides messages and its model's tokens. */
  variables: z.record(z.string(), z.json()),
  /** `own`: the template has a system role; `joined`: the instructions open the first message of the user. */
  system: z.enum(["own", "joined"]),
  /** Texts with which a turn of this format may begin: a reply that goes on with one has ended before it. */
  turnStarts: z.array(z.string()),
  /** Null: the model does not reason, as far as its template and vocabulary tell. */
  reasoning: reasoningSchema.nullable(),
  /** Whether the run has to be taken for a thinking one: asked to, or not to be kept from it. */
  isThinking: z.boolean(),
  /** `appends`: each prompt goes on from the last; `rewrites`: earlier turns change; `moves`: the instructions move on. */
  history: z.enum(["appends", "rewrites", "moves"]),
});
export type ChatFacts = Readonly<z.infer<typeof chatFactsSchema>>;
