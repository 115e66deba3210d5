import { medianOf } from "../metrics/repetitions.ts";
import { fastestForAll, type Speeds } from "./tune-choice.ts";

/** What is to be found out: which of these numbers of conversations are tried, and what that may cost. */
export interface CountsPlan {
  /** Ascending. */
  readonly counts: readonly number[];
  /** Tokens in each conversation that decodes. */
  readonly depth: number;
  /** Bytes of one conversation at that depth; null: not known. */
  readonly conversationBytes: number | null;
  /** What the run takes at least, when every answer is right. */
  readonly expected: { readonly prefill: number; readonly decode: number };
  /** Milliseconds that may be spent once the model is loaded, however short the run is; 0: none. */
  readonly leastMs: number;
}

/** What was found out. */
export interface Measurement {
  /** Tokens that each conversation held. */
  readonly depth: number;
  readonly tried: Speeds;
  /**
   * `all`: there was no more to try; `noGain`: two in a row were no faster; `budget`: more would have cost too much;
   * `busy`: something outside took the cores meanwhile, so that it tells nothing.
   */
  readonly ended: "all" | "noGain" | "budget" | "busy";
  /** How long the run takes at the best speed that was found. */
  readonly forecastMs: number;
  readonly spentMs: number;
}

/** Where decoding is timed. All in milliseconds. */
export interface Bench {
  fill(tokens: number): Promise<number>;
  /** Until so many hold what the first one holds. */
  copyTo(conversations: number): Promise<number>;
  /** So many steps of those that were filled, without those that were disturbed; two more go before them. */
  steps(count: number): Promise<readonly number[]>;
}

/** Of the forecast time of a run, what finding the number of conversations may cost. */
export const share = 0.05;
/** Of what is left of that once the model is loaded, what filling a conversation may cost. */
const fillShare = 0.5;
const firstTokens = 8;
/** Fewer tokens than these tell no rate: as many as a step has at most, so that no step evaluates more a second. */
const rateTokens = 64;
/** So many go after these, as often as it takes; a batch of the usual size. */
const chunkTokens = 512;
/** A number is timed for so long, within limits: many steps of a small model, few of a large one. */
const wantedMs = 150;
const steps = { least: 3, most: 12, uncounted: 2 };
/** What a state file is written and read with, in bytes a millisecond; until it has been seen. */
const copyBytesPerMs = 300e3;

/** Tokens that a number's steps add to each conversation at most, so that a context can be made for all of them. */
export const tokensPerCount = steps.most + steps.uncounted + 1;

/**
 * Times decoding with more and more conversations. What a step costs is forecast by those before (with more
 * conversations it takes longer, but not by more than they are more), and one that would exceed the share is not tried.
 *
 * @param spentMs milliseconds since it began, loading included
 * @param onTried told every number with its tokens a second
 */
export async function tryCounts(
  plan: CountsPlan,
  bench: Bench,
  spentMs: () => number,
  onTried: (speeds: Speeds) => void,
): Promise<Measurement> {
  const trial = new CountsTrial(plan, bench, spentMs);
  await trial.fill();
  let ended: Measurement["ended"] = "all";
  for (const count of plan.counts) {
    const outcome = await trial.add(count);
    if (outcome !== "tried") ended = outcome;
    else onTried(trial.tried);
    if (trial.countsWithoutGain >= 2) ended = "noGain";
    if (ended !== "all") break;
  }
  return {
    depth: trial.depth,
    tried: trial.tried,
    ended,
    forecastMs: trial.forecastMs,
    spentMs: spentMs(),
  };
}

class CountsTrial {
  readonly #plan: CountsPlan;
  readonly #bench: Bench;
  readonly #spentMs: () => number;
  readonly #leastMs: number;
  depth = 0;
  tried: Speeds = [];
  countsWithoutGain = 0;
  #fastest: number | null = null;
  #prefillPerMs = 0;
  /** Of all conversations together, the best so far. */
  #decodePerMs: number | null = null;
  /** What a step with so many conversations took; at first what it takes at most. */
  #lastStep = { count: 1, ms: Number.POSITIVE_INFINITY };
  #copyMs: number | null = null;

  constructor(plan: CountsPlan, bench: Bench, spentMs: () => number) {
    this.#plan = plan;
    this.#bench = bench;
    this.#spentMs = spentMs;
    this.#leastMs = plan.leastMs > 0 ? spentMs() + plan.leastMs : 0;
  }

  get forecastMs(): number {
    return this.#forecastMs(this.#decodePerMs ?? this.#prefillPerMs);
  }

  #forecastMs(decodePerMs: number): number {
    const { prefill, decode } = this.#plan.expected;
    return prefill / this.#prefillPerMs + decode / decodePerMs;
  }

  /** What may be spent, even where so many conversations turn out to be as fast as they can: then the run is shorter. */
  #allowedMs(count: number): number {
    const atMost = Math.min(this.#prefillPerMs, count / this.#lastStep.ms);
    const decodePerMs = Math.max(this.#decodePerMs ?? this.#prefillPerMs, atMost);
    return Math.max(this.#leastMs, share * this.#forecastMs(decodePerMs));
  }

  /** Fills the first conversation, to the wanted depth or as far as it may cost. */
  async fill(): Promise<void> {
    const { depth } = this.#plan;
    const startMs = this.#spentMs();
    // The first ones page the weights in and tell nothing; the next take no less than a step of one conversation.
    for (const tokens of [firstTokens, firstTokens, rateTokens])
      await this.#fill(Math.min(tokens, depth - this.depth));
    while (this.depth < depth) {
      const tokens = Math.min(this.#affordedTokens(startMs), depth - this.depth);
      if (tokens < firstTokens && this.depth + tokens < depth) break;
      await this.#fill(tokens);
    }
  }

  async #fill(tokens: number): Promise<void> {
    if (tokens === 0) return;
    const isFirst = this.depth === 0;
    const ms = await this.#bench.fill(tokens);
    this.depth += tokens;
    if (isFirst && this.depth < this.#plan.depth) return;
    // A small chunk is slow for its tokens.
    this.#prefillPerMs = Math.max(this.#prefillPerMs, tokens / ms);
    this.#lastStep = { count: 1, ms: Math.min(this.#lastStep.ms, ms) };
  }

  /** What can be evaluated next within its share of what was left when filling began. */
  #affordedTokens(startMs: number): number {
    const shareMs = fillShare * Math.max(0, this.#allowedMs(1) - startMs);
    const leftMs = Math.max(0, startMs + shareMs - this.#spentMs());
    return Math.min(chunkTokens, Math.floor(leftMs * this.#prefillPerMs));
  }

  async add(count: number): Promise<"tried" | "budget" | "busy"> {
    const { count: before, ms } = this.#lastStep;
    const stepMs = (ms * count) / before;
    const copyMs = this.#forecastCopyMs(count);
    const wanted = Math.min(steps.most, Math.max(steps.least, Math.ceil(wantedMs / stepMs)));
    const counted = [wanted, steps.least, 1].find((tries) =>
      this.#affords(count, copyMs + (tries + steps.uncounted) * stepMs),
    );
    if (counted === undefined) return "budget";
    const copiedMs = await this.#bench.copyTo(count);
    if (count > before) this.#copyMs = copiedMs / (count - before + 1);
    const timesMs = await this.#bench.steps(counted);
    if (timesMs.length === 0) return "busy";
    this.#note(count, medianOf(timesMs));
    return "tried";
  }

  #affords(count: number, ms: number): boolean {
    return this.#spentMs() + ms <= this.#allowedMs(count);
  }

  /** One file is written and read by all that are new. */
  #forecastCopyMs(count: number): number {
    const files = count - (this.tried.at(-1)?.parallel ?? 1) + 1;
    return files * (this.#copyMs ?? (this.#plan.conversationBytes ?? 0) / copyBytesPerMs);
  }

  #note(count: number, stepMs: number): void {
    this.tried = [...this.tried, { parallel: count, tokensPerSecond: (1000 * count) / stepMs }];
    this.#lastStep = { count, ms: stepMs };
    const best = Math.max(...this.tried.map(({ tokensPerSecond }) => tokensPerSecond));
    this.#decodePerMs = best / 1000;
    const fastest = fastestForAll([this.tried]);
    this.countsWithoutGain = fastest === this.#fastest ? this.countsWithoutGain + 1 : 0;
    this.#fastest = fastest;
  }
}
