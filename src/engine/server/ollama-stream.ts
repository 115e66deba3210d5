import { z } from "zod";
import { parseEvent } from "./openai-stream.ts";
import { nothingTold, type StreamEvent } from "./stream-event.ts";

/** Reads one line of a reply of Ollama's own protocol. Its counts come with the last. */
export function readOllamaLine(data: string): StreamEvent | null {
  if (data.trim() === "") return null;
  const line = parseEvent(data, lineSchema);
  return {
    said: line.message?.content ?? "",
    reasoning: line.message?.thinking ?? "",
    finish: line.done ? (line.done_reason ?? "stop") : null,
    told: {
      ...nothingTold,
      model: line.model ?? null,
      promptTokens: line.prompt_eval_count || null,
      decodedTokens: line.eval_count ?? null,
      promptMs: msOf(line.prompt_eval_duration),
      decodeMs: msOf(line.eval_duration),
      loadMs: msOf(line.load_duration),
    },
  };
}

function msOf(nanoseconds: number | null | undefined): number | null {
  return nanoseconds == null ? null : nanoseconds / 1e6;
}

const count = z.number().nonnegative().nullish().catch(null);
const lineSchema = z.object({
  model: z.string().nullish().catch(null),
  message: z.object({ content: z.string().nullish(), thinking: z.string().nullish() }).nullish(),
  done: z.boolean(),
  done_reason: z.string().nullish(),
  prompt_eval_count: count,
  eval_count: count,
  prompt_eval_duration: count,
  eval_duration: count,
  load_duration: count,
});
