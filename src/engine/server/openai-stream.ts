import { z } from "zod";
import { visible } from "../../visible-text.ts";
import { ServerFault } from "./fault.ts";
import { nothingTold, type StreamEvent, type Told } from "./stream-event.ts";

/**
 * Reads one event of a chat completion as OpenAI's protocol has it, with what llama.cpp, vLLM, SGLang, LM Studio and TGI
 * add to it.
 *
 * @returns null where it only says that the stream ends
 */
export function readOpenaiEvent(data: string): StreamEvent | null {
  if (data.trim() === "[DONE]") return null;
  const event = parseEvent(data, eventSchema);
  const choice = event.choices?.[0];
  return {
    said: choice?.delta?.content ?? "",
    reasoning: choice?.delta?.reasoning_content ?? choice?.delta?.reasoning ?? "",
    finish: choice?.finish_reason ?? null,
    told: {
      ...toldOf(event),
      model: event.model ?? null,
      fingerprint: event.system_fingerprint ?? null,
      sampling: event["__verbose"]?.generation_settings ?? null,
    },
  };
}

/**
 * Reads an event by its schema.
 *
 * @throws ServerFault where it cannot be read, or where the server says in it that it failed
 */
export function parseEvent<T>(data: string, schema: z.ZodType<T>): T {
  const json = parseJson(data);
  const failed = failureSchema.safeParse(json);
  if (failed.success) throw failure(failed.data.error);
  const event = schema.safeParse(json);
  if (!event.success)
    throw new ServerFault(
      "malformed",
      `the server sent an event that is none of a chat: ${visible(data.slice(0, 200))}`,
    );
  return event.data;
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new ServerFault(
      "malformed",
      `the server sent an event that is no JSON: ${visible(data.slice(0, 200))}`,
    );
  }
}

/** llama.cpp's timings count what `usage` counts, and come with every event. */
function toldOf({ usage, timings }: z.infer<typeof eventSchema>): Told {
  const cached = timings?.cache_n ?? usage?.prompt_tokens_details?.cached_tokens ?? null;
  const evaluated = timings?.prompt_n ?? null;
  const summed = evaluated === null || timings?.cache_n == null ? null : timings.cache_n + evaluated;
  return {
    ...nothingTold,
    // A prompt has tokens: zeros stand for what is not counted.
    promptTokens: (usage?.prompt_tokens ?? summed) || null,
    cachedTokens: cached,
    decodedTokens: usage?.completion_tokens ?? timings?.predicted_n ?? null,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? usage?.reasoning_tokens ?? null,
    promptMs: timings?.prompt_ms ?? null,
    decodeMs: timings?.predicted_ms ?? null,
  };
}

function failure(error: z.infer<typeof failureSchema>["error"]): ServerFault {
  const said = visible(typeof error === "string" ? error : JSON.stringify(error)).slice(0, 2_000);
  const code = typeof error === "string" ? null : error.code;
  const status = typeof code === "number" ? code : 500;
  return new ServerFault("status", `the server failed while it answered: ${said}`, { status, said });
}

const failureSchema = z.object({
  error: z.union([z.string(), z.looseObject({ code: z.unknown().optional() })]),
});

const count = z.number().nonnegative().nullish().catch(null);
const text = z.string().nullish();
/** TGI leaves its model's name empty, and Ollama did so with the reason of an end that was not there yet. */
const filled = z.string().min(1).nullish().catch(null);
/** What is beside the text is taken where it is as expected, and else not told. */
const eventSchema = z.object({
  model: filled,
  system_fingerprint: filled,
  choices: z
    .array(
      z.object({
        delta: z.object({ content: text, reasoning_content: text, reasoning: text }).nullish(),
        finish_reason: filled,
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      reasoning_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
      completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  timings: z
    .object({ cache_n: count, prompt_n: count, prompt_ms: count, predicted_n: count, predicted_ms: count })
    .nullish()
    .catch(null),
  __verbose: z
    .object({ generation_settings: z.record(z.string(), z.unknown()) })
    .nullish()
    .catch(null),
});
