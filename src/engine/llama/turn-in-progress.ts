import type { SequenceEvaluateOptions } from "node-llama-cpp";
import { cpuMs, nowMs } from "../../clock.ts";
import { ContextFullError, EngineError, InterruptedError, messageOf } from "../../errors.ts";
import type { ConfidenceKind, TokenConfidence } from "../../reply/confidence.ts";
import { chooseTokens, confidenceOf } from "../sampling.ts";
import type { StopReason, TurnRequest, TurnResult } from "../engine.ts";
import { AnswerWatch } from "../answer-watch.ts";
import type { BatchLedger } from "./batch-ledger.ts";
import type { Slot } from "./slot.ts";
import { asTokens, commonLength } from "./token-ids.ts";
import type { TurnModel } from "./turn-model.ts";
import { turnTimes } from "./turn-times.ts";
import { idsBefore, WholeCharacters } from "./whole-characters.ts";

/** A whole prompt, cached part included, and what of it was said before. */
export type AskedPrompt = Pick<TurnResult, "answerForm" | "againReason"> & {
  readonly tokens: readonly number[];
};

/** A turn's result, and what of it goes back. */
export interface Reply {
  readonly result: CountedResult;
  /** Generated ids of exactly the result's text; null: it was cut within a token. */
  readonly ownIds: readonly number[] | null;
}

/** A result of which everything is known. */
export type CountedResult = {
  readonly [Field in Exclude<keyof TurnResult, UntoldFields>]: NonNullable<TurnResult[Field]>;
} & Pick<TurnResult, UntoldFields>;

type UntoldFields = "answerForm" | "againReason" | "tokenConfidence" | "served";

/** A turn that was asked for and has not begun. */
export interface WaitingTurn {
  readonly slot: Slot;
  readonly prompt: AskedPrompt;
  readonly request: TurnRequest;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** What all turns of a wave have in common. */
export interface Wave {
  readonly size: number;
  readonly startedAt: string;
  readonly startMs: number;
  /** When the last of its prompts was evaluated. */
  readonly prefilledMs: number;
  readonly cpuStart: number;
}

type Tokens = ReturnType<typeof chooseTokens>;

/** One turn from the erasing of what its prompt does not share with the cache to its result. */
export class TurnInProgress {
  readonly #waiting: WaitingTurn;
  readonly #model: TurnModel;
  readonly #tokens: Tokens;
  readonly #watch: AnswerWatch;
  readonly #characters: WholeCharacters;
  readonly #reusedTokens: number;
  readonly #firstBatch: number;
  readonly #hasLostCache: boolean;
  readonly #ids: number[] = [];
  /** By place in the ids, where it is told. */
  readonly #confidence = new Map<number, ReturnType<typeof confidenceOf>>();
  readonly #timesMs: number[] = [];
  /** Ids put in the model's mouth, to be evaluated with its last token. */
  #injected: readonly number[] = [];
  #stop: StopReason | null = null;
  #failure: Error | null;
  /** What takes the place of what the model would say; null: nothing does. */
  readonly #given: readonly number[] | null;

  private constructor(
    waiting: WaitingTurn,
    model: TurnModel,
    tokens: Tokens,
    reusedTokens: number,
    firstBatch: number,
    { failure, hasLostCache }: Erased,
  ) {
    this.#waiting = waiting;
    this.#model = model;
    this.#tokens = tokens;
    this.#watch = new AnswerWatch(waiting.request, model.reasoning, model.turnStarts);
    this.#characters = new WholeCharacters(model);
    this.#reusedTokens = reusedTokens;
    this.#firstBatch = firstBatch;
    this.#failure = failure;
    this.#hasLostCache = hasLostCache;
    this.#given = waiting.request.given?.tokenIds ?? null;
  }

  /**
   * Erases from the cache what the prompt does not share with it and asks the binding for a generator.
   *
   * @param confidence what to tell of each token; null: nothing
   */
  static async start(
    waiting: WaitingTurn,
    model: TurnModel,
    ledger: BatchLedger,
    confidence: ConfidenceKind | null,
  ): Promise<TurnInProgress> {
    const { slot, request, prompt } = waiting;
    const erased = await eraseBehind(slot, prompt.tokens);
    // The binding may have had to drop more than was asked (recurrent models): what is left is what counts.
    const reusedTokens = slot.sequence.nextTokenIndex;
    slot.cached = prompt.tokens.slice(0, reusedTokens);
    const rest = asTokens(prompt.tokens.slice(reusedTokens));
    // Where the answer was given tokens are chosen all the same, so that it takes the time that it took.
    const options = await optionsOf(request, model);
    const tokens = chooseTokens(slot.sequence, rest, request.sampling, options, confidence);
    return new TurnInProgress(waiting, model, tokens, reusedTokens, ledger.count, erased);
  }

  /** Ids that its next batch is given besides the model's own last one. */
  get injectedTokens(): number {
    return this.#injected.length;
  }

  /** Takes the next token and the time when it was there; a failure is kept, the neighbours go on. */
  async advance(): Promise<void> {
    if (this.#failure !== null) return;
    try {
      const injected = this.#injected;
      const last = this.#ids.at(-1);
      const isOwn = injected.length === 0 && this.#given === null;
      // An array takes the place of the token that is about to be evaluated.
      const next = await (isOwn || last === undefined
        ? this.#tokens.next()
        : this.#tokens.next(asTokens([last, ...injected])));
      this.#timesMs.push(nowMs());
      this.#ids.push(...injected);
      this.#injected = [];
      if (next.done) {
        this.#failure = new EngineError("native", "the engine ended before a token came");
        return;
      }
      const confidence = confidenceOf(next.value);
      if (confidence !== null) this.#confidence.set(this.#ids.length, confidence);
      this.#ids.push(this.#given?.[this.#ids.length] ?? next.value.token);
    } catch (error) {
      this.#failure = error instanceof ContextFullError ? error : new EngineError("native", messageOf(error));
    }
  }

  /**
   * Looks at the token that came.
   *
   * @param said is told its text where the turn is watched
   * @returns whether the turn is over
   */
  isFinished(isInterrupted: boolean, said: (request: TurnRequest, piece: string) => void): boolean {
    const id = this.#ids.at(-1);
    if (this.#failure !== null || id === undefined) return true;
    const { request } = this.#waiting;
    const isEnd = this.#model.isEnd(id);
    const piece = isEnd ? "" : this.#characters.take(id);
    if (request.isWatched) said(request, piece);
    this.#stop = this.#watch.push(piece, isEnd);
    const closing = this.#stop === null ? this.#watch.takeClosing() : null;
    if (closing !== null) this.#injected = this.#model.model.tokenize(closing, true, "trimLeadingSpace");
    if (this.#stop === null && isInterrupted) this.#failure = new InterruptedError();
    return this.#stop !== null || this.#failure !== null;
  }

  /** Settles the turn. @param batches number of batches so far */
  async finish(wave: Wave, batches: number): Promise<void> {
    await this.#tokens.return();
    const turn = this.#waiting;
    const { slot, prompt } = turn;
    if (this.#failure !== null || this.#stop === null) {
      slot.dirty = true;
      slot.cached = [];
      turn.reject(this.#failure ?? new EngineError("native", "the engine gave no token"));
      return;
    }
    // The last generated token was sampled but never evaluated, so it is not in the cache.
    slot.cached = [...prompt.tokens, ...this.#ids.slice(0, -1)];
    const wrong = this.#whatIsWrong(slot);
    if (wrong !== null) {
      slot.dirty = true;
      turn.reject(new EngineError("native", wrong));
      return;
    }
    const { text, ownIds } = this.#said(this.#stop);
    turn.resolve({ result: this.#result(text, this.#stop, wave, batches), ownIds });
  }

  #whatIsWrong({ sequence: { nextTokenIndex: held }, cached }: Slot): string | null {
    if (held !== cached.length) return `the cache holds ${held} tokens, not ${cached.length}`;
    const { given } = this.#waiting.request;
    if (given === undefined || (given.stop === this.#stop && this.#ids.length === given.tokenIds?.length))
      return null;
    return `the answer that was given does not end where it did (${given.stop})`;
  }

  /** Whether the token that comes next was given before. */
  get isGiven(): boolean {
    return this.#given !== null;
  }

  /** What was said, and the ids of it. */
  #said(stop: StopReason): { text: string; ownIds: readonly number[] | null } {
    const ids = stop === "eog" ? this.#ids.slice(0, -1) : this.#ids;
    const whole = this.#model.textOf(ids);
    if (stop !== "turn") return { text: whole, ownIds: ids };
    const characters = new WholeCharacters(this.#model);
    const all = ids.reduce((sum, id) => sum + characters.take(id).length, 0);
    const behind = all - this.#watch.visibleLength;
    return {
      text: whole.slice(0, whole.length - behind),
      ownIds: idsBefore(this.#model, ids, behind),
    };
  }

  #tokenConfidence(): TokenConfidence[] | null {
    if (this.#confidence.size === 0) return null;
    const characters = new WholeCharacters(this.#model);
    let end = 0;
    return this.#ids.map((id, place) => {
      end += this.#model.isEnd(id) ? 0 : characters.take(id).length;
      return { end, probability: null, gap: null, ...this.#confidence.get(place) };
    });
  }

  #result(text: string, stop: StopReason, wave: Wave, batches: number): CountedResult {
    const { tokens, answerForm, againReason } = this.#waiting.prompt;
    return {
      text,
      tokenIds: this.#ids,
      tokenConfidence: this.#tokenConfidence(),
      stop,
      promptTokens: tokens.length,
      reusedTokens: this.#reusedTokens,
      prefilledTokens: tokens.length - this.#reusedTokens,
      answerForm,
      againReason: this.#hasLostCache ? "cache" : againReason,
      decodedTokens: this.#watch.generatedTokens,
      reasoningTokens: this.#watch.reasoningTokens,
      ...turnTimes(wave, this.#timesMs),
      cpuMs: cpuMs() - wave.cpuStart,
      conversations: wave.size,
      firstBatch: this.#firstBatch,
      lastBatch: batches - 1,
      startedAt: wave.startedAt,
      served: null,
    };
  }
}

async function optionsOf({ grammar }: TurnRequest, model: TurnModel): Promise<SequenceEvaluateOptions> {
  const state = grammar === undefined ? {} : { grammarEvaluationState: await model.grammarState(grammar) };
  return { ...state, yieldEogToken: true };
}

interface Erased {
  /** What went wrong in the native code; null: nothing. */
  readonly failure: Error | null;
  /** Whether less is left than the prompt shares with what was there. */
  readonly hasLostCache: boolean;
}

async function eraseBehind(slot: Slot, tokens: readonly number[]): Promise<Erased> {
  const shared = Math.min(commonLength(slot.cached, tokens), tokens.length - 1);
  try {
    if (slot.dirty) {
      await slot.sequence.clearHistory();
      slot.dirty = false;
    } else if (shared < slot.sequence.nextTokenIndex) {
      await slot.sequence.eraseContextTokenRanges([{ start: shared, end: slot.sequence.nextTokenIndex }]);
    }
    return { failure: null, hasLostCache: slot.sequence.nextTokenIndex < shared };
  } catch (error) {
    return { failure: new EngineError("native", messageOf(error)), hasLostCache: false };
  }
}
