import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { cpuMs, nowMs } from "../../clock.ts";
import { EngineError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { type DecodeOnly, decodeOnlyOf } from "./decode-only.ts";
import type { LlamaOptions } from "./options.ts";
import type { SpeedModel } from "./speed-model.ts";
import type { SpeedResult, SpeedSample, SpeedTest, SpeedUsed } from "./speed-test.ts";
import { asTokens } from "./token-ids.ts";

/** One sequence, and how tokens are evaluated in it and nothing else; null: the binding has no way. */
interface Lane {
  readonly sequence: LlamaContextSequence;
  readonly decode: DecodeOnly | null;
}

/**
 * Carries out one test in a context of its own, as llama-bench does: a warm-up, then each repetition behind the same depth,
 * which was evaluated before its clock starts. All conversations advance together, in the order of their slots.
 */
export class SpeedProbe {
  readonly #test: SpeedTest;
  readonly #context: LlamaContext;
  readonly #lanes: readonly Lane[];
  readonly #used: SpeedUsed;
  readonly #vocabulary: number;
  readonly #bos: number | null;
  readonly #random: Random;

  private constructor(
    test: SpeedTest,
    context: LlamaContext,
    lanes: readonly Lane[],
    used: SpeedUsed,
    model: LlamaModel,
  ) {
    this.#test = test;
    this.#context = context;
    this.#lanes = lanes;
    this.#used = used;
    this.#vocabulary = vocabularySize(model);
    this.#bos = model.tokens.shouldPrependBosToken ? model.tokens.bos : null;
    this.#random = new Random("speed", test.kind, test.tokens, test.depth);
  }

  /** @throws EngineError where no such context can be created, or where the binding can only sample */
  static async open(loaded: SpeedModel, options: LlamaOptions, test: SpeedTest): Promise<SpeedProbe> {
    const { context, used } = await loaded.createContext(options, test);
    try {
      const lanes: Lane[] = [];
      for (let slot = 0; slot < options.parallel; slot++) {
        const sequence = context.getSequence({ checkpoints: { interval: false, max: 4 } });
        lanes.push({ sequence, decode: await decodeOnlyOf(sequence) });
      }
      if (test.kind === "tg" && !test.sampled && lanes.some(({ decode }) => decode === null))
        throw new EngineError(
          "unsupported",
          "generating without sampling is not available with this version of node-llama-cpp. Use --sampling on.",
        );
      return new SpeedProbe(test, context, lanes, used, loaded.model);
    } catch (error) {
      await context.dispose();
      throw error;
    }
  }

  /** @param onSample told after each repetition */
  async measure(repetitions: number, onSample: () => void): Promise<SpeedResult> {
    await this.#warmUp();
    const samples: SpeedSample[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await this.#toDepth();
      samples.push(await this.#timed());
      onSample();
    }
    return { samples, used: this.#used, isExact: this.#lanes.every(({ decode }) => decode !== null) };
  }

  async close(): Promise<void> {
    await this.#context.dispose();
  }

  /** A whole prompt, or one token: what llama-bench takes. */
  async #warmUp(): Promise<void> {
    for (const { sequence } of this.#lanes) await sequence.clearHistory();
    if (this.#test.kind === "pp") await this.#prompt(this.#tokens(this.#test.tokens, true));
    else await this.#generate(1);
    for (const { sequence } of this.#lanes) await sequence.clearHistory();
  }

  /** What was evaluated behind the depth is erased; what is missing of it is evaluated. */
  async #toDepth(): Promise<void> {
    const { depth } = this.#test;
    for (const { sequence } of this.#lanes)
      if (sequence.nextTokenIndex > depth)
        await sequence.eraseContextTokenRanges([{ start: depth, end: sequence.nextTokenIndex }]);
    const missing = Math.max(...this.#lanes.map(({ sequence }) => depth - sequence.nextTokenIndex));
    if (missing <= 0) return;
    for (const { sequence } of this.#lanes) await sequence.clearHistory();
    await this.#prompt(this.#tokens(depth, true));
  }

  async #timed(): Promise<SpeedSample> {
    const { kind, tokens, depth } = this.#test;
    const prompt = kind === "pp" ? this.#tokens(tokens, depth === 0) : [];
    const cpuStart = cpuMs();
    const start = nowMs();
    if (kind === "pp") await this.#prompt(prompt);
    else await this.#generate(tokens);
    return { ms: nowMs() - start, cpuMs: cpuMs() - cpuStart };
  }

  /** Evaluates the same tokens in every lane. */
  async #prompt(tokens: readonly number[]): Promise<void> {
    await Promise.all(
      this.#lanes.map(({ sequence, decode }) =>
        decode === null ? sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens)) : decode(tokens),
      ),
    );
  }

  async #generate(count: number): Promise<void> {
    if (this.#test.sampled) return this.#generateSampled(count);
    for (let step = 0; step < count; step++) {
      const token = this.#tokens(1, step === 0);
      await Promise.all(this.#lanes.map(async ({ decode }) => decode?.(token)));
    }
  }

  /** As the engine's own turns: each token is sampled, and goes in with the next step. */
  async #generateSampled(count: number): Promise<void> {
    const iterators = this.#lanes.map(({ sequence }) =>
      sequence.evaluate(asTokens(this.#tokens(1, true)), { temperature: 0, yieldEogToken: true }),
    );
    for (let step = 0; step < count; step++) await Promise.all(iterators.map((one) => one.next()));
    for (const iterator of iterators) await iterator.return();
  }

  /** As llama-bench's: drawn from the whole vocabulary, the first one that which begins a text. */
  #tokens(count: number, isFirst: boolean): Token[] {
    const drawn = Array.from({ length: count }, () => this.#random.below(this.#vocabulary));
    if (isFirst && this.#bos !== null && count > 0) drawn[0] = this.#bos;
    return asTokens(drawn);
  }
}

function vocabularySize(model: LlamaModel): number {
  let size = 0;
  for (const _ of model.iterateAllTokens()) size++;
  return Math.max(1, size);
}
