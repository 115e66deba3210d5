import type { LlamaContext, LlamaModel } from "node-llama-cpp";
import { type Look, looks } from "../sampling.ts";

/**
 * Has a context tell of each token, where that is asked for, how likely it was by the model's own distribution: that over
 * its whole vocabulary, before temperature, filters and grammar, whatever the token was chosen by.
 *
 * The binding tells probabilities of its own, but those that its sampler has left: of what a grammar or a filter let
 * through, at the run's temperature. And it applies a grammar first to tell them, so that what is drawn is another token
 * than without; and it lists the whole vocabulary for every token, which takes longer than a small model's step. So
 * the sampler is asked as if nothing were to be told, and another one looks at the same logits.
 *
 * @returns false where the binding does otherwise than is expected: then nothing was changed
 */
export function tellOwnDistribution(context: LlamaContext, model: LlamaModel): boolean {
  const native: unknown = Reflect.get(context, "_ctx");
  const makeSampler = samplerMakerOf(model);
  if (!isNativeContext(native) || makeSampler === null) return false;
  const sample = native.sampleToken.bind(native);
  const own = new OwnDistribution(sample, makeSampler);
  const observed: NativeContext["sampleToken"] = async (index, sampler, withOthers, withChosen) => {
    if (withChosen !== true) return sample(index, sampler, withOthers, withChosen);
    const id = await sample(index, sampler);
    if (typeof id !== "number" || id < 0) return id;
    const { probability, other } = await own.look(index, id, withOthers === true);
    return [id, other === null ? undefined : [id, probability, other.id, other.probability], probability];
  };
  // A native method cannot be assigned to; what stands on the object itself goes before it.
  return Reflect.defineProperty(native, "sampleToken", { value: observed, configurable: true });
}

/** As the addon returns it: an id, or that with a flat list of ids and probabilities, and the chosen one's. */
type Sampled = number | [id: number, probabilities: number[] | undefined, confidence: number | undefined];

/** Private to the binding: any version may lack it or change it. */
interface NativeContext {
  sampleToken(
    index: number,
    sampler: object,
    probabilities?: boolean,
    confidence?: boolean,
  ): Promise<Sampled>;
}

interface NativeSampler {
  applyConfig(config: Readonly<Record<string, number>>): void;
}

function isNativeContext(native: unknown): native is NativeContext {
  return (
    typeof native === "object" && native !== null && typeof Reflect.get(native, "sampleToken") === "function"
  );
}

function samplerMakerOf(model: LlamaModel): (() => NativeSampler) | null {
  const bindings: unknown = Reflect.get(model.llama, "_bindings");
  if (typeof bindings !== "object" || bindings === null) return null;
  const native: unknown = Reflect.get(model, "_model");
  const Sampler: unknown = Reflect.get(bindings, "AddonSampler");
  if (typeof Sampler !== "function" || typeof native !== "object") return null;
  return () => Reflect.construct(Sampler, [native]) as NativeSampler;
}

/** The smallest number that a logit's exponential can be in the native code. */
const smallest = 2 ** -149;

class OwnDistribution {
  readonly #sample: NativeContext["sampleToken"];
  readonly #makeSampler: () => NativeSampler;
  readonly #samplers = new Map<Look, NativeSampler>();
  /** A sampler's memory is its own: one look at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(sample: NativeContext["sampleToken"], makeSampler: () => NativeSampler) {
    this.#sample = sample;
    this.#makeSampler = makeSampler;
  }

  /** @param withOther whether the likeliest other token is looked for */
  async look(
    index: number,
    id: number,
    withOther: boolean,
  ): Promise<{ probability: number; other: { id: number; probability: number } | null }> {
    const likely = await this.#list("likely", index);
    const place = placeOf(likely, id);
    const known = place < 0 ? await this.#list("all", index) : likely;
    const probability = Math.max(smallest, known[(place < 0 ? placeOf(known, id) : place) + 1] ?? 0);
    if (!withOther) return { probability, other: null };
    const other = likeliestOther(known, id);
    if (other !== null) return { probability, other };
    // All others are far off: how far, the two likeliest tell by themselves.
    const two = await this.#list("two", index);
    const next = likeliestOther(two, id);
    const mine = two[placeOf(two, id) + 1] ?? 1;
    return {
      probability,
      other: next === null ? null : { id: next.id, probability: (probability * next.probability) / mine },
    };
  }

  /** Ids and probabilities by turns, the likeliest first. */
  #list(look: Look, index: number): Promise<readonly number[]> {
    const sampler = this.#samplerFor(look);
    const listed = this.#last.then(async () => {
      const found = await this.#sample(index, sampler, true, false);
      return typeof found === "number" ? [] : (found[1] ?? []);
    });
    this.#last = listed.catch(() => undefined);
    return listed;
  }

  #samplerFor(look: Look): NativeSampler {
    const known = this.#samplers.get(look);
    if (known !== undefined) return known;
    const sampler = this.#makeSampler();
    sampler.applyConfig(looks[look]);
    this.#samplers.set(look, sampler);
    return sampler;
  }
}

function placeOf(list: readonly number[], id: number): number {
  for (let place = 0; place < list.length; place += 2) if (list[place] === id) return place;
  return -1;
}

function likeliestOther(list: readonly number[], id: number): { id: number; probability: number } | null {
  const place = list[0] === id ? 2 : 0;
  const [other, probability = 0] = [list[place], list[place + 1]];
  return other === undefined ? null : { id: other, probability: Math.max(smallest, probability) };
}
