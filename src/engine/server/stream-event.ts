/** One event of a reply's stream, whichever server sends it. */
export interface StreamEvent {
  /** Its next piece of what is said, and of reasoning where the server tells that apart. */
  readonly said: string;
  readonly reasoning: string;
  /** Why the reply ends, in the server's words; null: it goes on. */
  readonly finish: string | null;
  readonly told: Told;
}

/** What a server tells beside the text. Null: not in this event. */
export interface Told {
  readonly model: string | null;
  readonly fingerprint: string | null;
  readonly promptTokens: number | null;
  readonly cachedTokens: number | null;
  /** Generated up to here. */
  readonly decodedTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly promptMs: number | null;
  readonly decodeMs: number | null;
  readonly loadMs: number | null;
  /** What it says it sampled with. */
  readonly sampling: Readonly<Record<string, unknown>> | null;
}

export const nothingTold: Told = {
  model: null,
  fingerprint: null,
  promptTokens: null,
  cachedTokens: null,
  decodedTokens: null,
  reasoningTokens: null,
  promptMs: null,
  decodeMs: null,
  loadMs: null,
  sampling: null,
};

/** What is known after another event: the newest of each. */
export function alsoTold(before: Told, now: Told): Told {
  const newer = Object.entries(now).filter(([, value]) => value !== null);
  return { ...before, ...Object.fromEntries(newer) };
}
