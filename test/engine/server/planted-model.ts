import type { Asked, Mishap, PlantedServer } from "./planted-server.ts";

export interface SentMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What the planted model says to a conversation, as the events of its server's stream. */
export function sayIn(
  body: Asked["body"],
  server: PlantedServer,
  mishap: Mishap | null,
  echo: string,
): string[] {
  const { plant } = server;
  const seen = shown(body.messages, plant.cutAt ?? Infinity);
  const limit = Number(body["max_tokens"] ?? body["max_completion_tokens"] ?? body["options"]?.num_predict);
  const thoughts =
    plant.reasonsIn === undefined ? [] : tokensOf(plant.thoughts ?? "Let me think of <answer>7</answer>.");
  const answer = answerTo(seen, server);
  const reply = echo === "" ? [...tokensOf(answer), ...tokensOf(plant.behind ?? "")] : [echo, answer];
  const isInText = plant.reasonsIn === "text" || plant.reasonsIn === "opened";
  const begin = plant.reasonsIn === "text" ? ["<think>"] : [];
  const inText = isInText ? [...begin, ...thoughts, "</think>"] : [];
  const apart = isInText ? [] : thoughts;
  const replyPlace = plant.isMisread === true ? (plant.reasonsIn ?? "content") : "content";
  const all = [
    ...apart.map((text) => ({ text, place: plant.reasonsIn ?? "content" })),
    ...[...inText, ...reply].map((text) => ({ text, place: replyPlace })),
  ];
  const isFull = mishap?.is === "full" || (mishap?.is === "end" && mishap.isWhole !== true);
  const generated =
    mishap?.is === "endless"
      ? Array.from({ length: 100_000 }, () => endless)
      : all.slice(0, isFull ? 2 : limit);
  const isCut = isFull || all.length >= limit;
  const prompt = seen.reduce((sum, { content }) => sum + tokensOf(content).length + 4, 3);
  const counts: Counts = {
    prompt,
    // Its own end is a token without text.
    generated: generated.length + (isCut ? 0 : 1),
    isTold: plant.isCounting ?? true,
  };
  const finish = mishap?.is === "end" ? mishap.finish : isCut ? "length" : "stop";
  const pieces = inPieces(generated, plant.tokensAPiece ?? 1);
  const events = body["options"] === undefined ? openaiEvents : ollamaLines;
  return spoilt(events(pieces, finish, counts, server), mishap);
}

const endless = { text: " and so on", place: "content" };

export interface Piece {
  readonly text: string;
  readonly place: string;
  /** Tokens up to its end. */
  readonly tokens: number;
}

export interface Counts {
  readonly prompt: number;
  readonly generated: number;
  readonly isTold: boolean;
}

/** Not as any tokenizer does it, but as regularly: a word's four letters, a sign, a blank. */
export function tokensOf(text: string): string[] {
  return text.match(/[a-z]{1,4}|\d{1,3}|[^a-z\d]/gi) ?? [];
}

/** What the model sees: of too long a conversation the oldest messages are left out. */
function shown(messages: readonly SentMessage[], cutAt: number): readonly SentMessage[] {
  const kept = [...messages];
  const length = () => kept.reduce((sum, { content }) => sum + tokensOf(content).length + 4, 3);
  while (kept.length > 1 && length() > cutAt) kept.shift();
  return kept;
}

/** The last total it shows plus the values asked for; a model that does not see the dictionary says something else. */
function answerTo(messages: readonly SentMessage[], { plant }: PlantedServer): string {
  const dictionary = new Map<string, number>();
  for (const { content } of messages)
    for (const [, key = "", value] of content.matchAll(/^(\w+): (-?\d+)$/gm))
      dictionary.set(key, Number(value));
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const before = messages.findLast(({ role }) => role === "assistant")?.content ?? "<answer>0</answer>";
  const question = messages.at(-1)?.content.split("\n").at(-1) ?? "";
  const added = question.split(", ").reduce((sum, key) => sum + (dictionary.get(key) ?? 1000), 0);
  const total = Number(/<answer>(-?\d+)<\/answer>/.exec(before)?.[1]) + added;
  const isRight = plant.isRight?.(turn) ?? true;
  return `<answer>${isRight ? total : total + 1}</answer>`;
}

function inPieces(tokens: readonly { text: string; place: string }[], size: number): Piece[] {
  const pieces: Piece[] = [];
  for (const [index, { text, place }] of tokens.entries()) {
    const last = pieces.at(-1);
    if (last !== undefined && index % size !== 0 && last.place === place)
      pieces.splice(-1, 1, { text: last.text + text, place, tokens: index + 1 });
    else pieces.push({ text, place, tokens: index + 1 });
  }
  return pieces;
}

/** As OpenAI's protocol has it, with what each kind adds. */
function openaiEvents(
  pieces: readonly Piece[],
  finish: string,
  counts: Counts,
  server: PlantedServer,
): string[] {
  const { kind } = server.plant;
  const usage = (tokens: number) => ({
    prompt_tokens: counts.prompt,
    completion_tokens: tokens,
    total_tokens: counts.prompt + tokens,
    prompt_tokens_details:
      server.plant.cachedTokens === undefined ? null : { cached_tokens: server.plant.cachedTokens },
  });
  const timings = (tokens: number) =>
    kind === "llama.cpp" && counts.isTold
      ? {
          timings: {
            cache_n: 0,
            prompt_n: counts.prompt,
            prompt_ms: 5,
            predicted_n: tokens,
            predicted_ms: 2 * tokens,
          },
        }
      : {};
  const along = (tokens: number) => (kind === "vllm" && counts.isTold ? { usage: usage(tokens) } : {});
  const chunk = (delta: unknown, reason: string | null, more: unknown): string =>
    `data: ${JSON.stringify({
      id: "chat-1",
      object: "chat.completion.chunk",
      model: server.model,
      system_fingerprint: server.fingerprint,
      choices: [{ index: 0, delta, finish_reason: reason }],
      ...(more as object),
    })}\n\n`;
  const said = pieces.map(({ text, place, tokens }) =>
    chunk({ [place]: text }, null, { ...timings(tokens), ...along(tokens) }),
  );
  const end = chunk({}, finish, timings(counts.generated));
  const last = `data: ${JSON.stringify({ model: server.model, choices: [], usage: usage(counts.generated) })}\n\n`;
  return [
    chunk({ role: "assistant", content: null }, null, {}),
    ...said,
    end,
    ...(counts.isTold ? [last] : []),
    "data: [DONE]\n\n",
  ];
}

/** As Ollama's own protocol has it. */
function ollamaLines(
  pieces: readonly Piece[],
  finish: string,
  counts: Counts,
  server: PlantedServer,
): string[] {
  const line = (message: unknown, more: unknown): string =>
    `${JSON.stringify({ model: server.model, created_at: "2026-01-01T00:00:00Z", message, done: false, ...(more as object) })}\n`;
  const said = pieces.map(({ text, place }) =>
    line(
      place === "content"
        ? { role: "assistant", content: text }
        : { role: "assistant", content: "", thinking: text },
      {},
    ),
  );
  const told = counts.isTold ? { prompt_eval_count: counts.prompt, eval_count: counts.generated } : {};
  const durations = { load_duration: 1e6, prompt_eval_duration: 5e6, eval_duration: 2e6 * counts.generated };
  return [
    ...said,
    line({ role: "assistant", content: "" }, { done: true, done_reason: finish, ...told, ...durations }),
  ];
}

/** The stream as it comes where something goes wrong with it. */
function spoilt(events: readonly string[], mishap: Mishap | null): string[] {
  if (mishap?.is === "malformed") return [...events.slice(0, 2), "data: {not json\n\n{not json\n\n"];
  if (mishap?.is === "no end") return events.slice(0, 3);
  if (mishap?.is === "error event")
    return [...events.slice(0, 2), `data: ${JSON.stringify({ error: mishap.error })}\n\n`];
  return [...events];
}
