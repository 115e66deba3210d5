import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { MemoryFacts } from "./inspect.ts";
import { fitsGpu, fitsIn, lineThrough, type Memory, memoryAt, type MemoryLine, memoryOf } from "./memory.ts";

/** A way to load a model of which the memory is asked. */
export interface Layout {
  /** The output counts as one. */
  readonly layersOnGpu: number;
  readonly contextLength: number;
  readonly conversations: number;
}

/** What a model would take, or null where nothing can be told. */
export type Estimate = (layout: Layout) => Promise<MemoryEstimate | null>;

export interface Wish {
  readonly facts: MemoryFacts;
  /** Bytes a token of every layer; null: not known. */
  readonly kvBytesPerLayer: readonly number[] | null;
  readonly layersAsked: number | "auto";
  readonly conversationsAsked: number | "auto";
  /** Conversations there are in all. */
  readonly rollouts: number;
  /** Tokens of a context, the best first. */
  readonly lengths: readonly number[];
  readonly batchTokens: number;
  /** Of the weights on the CPU, the part that may stay on disk: pages of the file. */
  readonly droppableShare: number;
}

/** Where a model goes. */
export interface Place extends Layout {
  /** That fit with the same layers and context, up to {@link conversationsMost}. */
  readonly conversationsMost: number;
  readonly line: MemoryLine;
  /** Whether its weights are larger than the memory, and are read from disk again for every step. */
  readonly isFromDisk: boolean;
}

/** How close it comes to fitting: the smallest that was tried. */
export interface Shortage extends Layout {
  readonly memory: Memory;
  /** Conversations that would fit; 0: not even one. */
  readonly affordable: number;
}

/** More conversations than this bring no more tokens a second on the machines measured (bench/README.md). */
const conversationsWanted = 32;
const conversationsMost = 64;
/** So many share a step that all layers on the GPU are worth more than further ones. */
const conversationsEnough = 8;

/**
 * Chooses layers, context and conversations together: all layers on the GPU if some conversations fit beside them, else
 * as many layers as do; then fewer conversations, then a smaller context, then weights read from disk.
 *
 * @returns null where nobody can tell what it takes
 */
export async function placeModel(wish: Wish, estimate: Estimate): Promise<Place | Shortage | null> {
  const search = new PlaceSearch(wish, estimate);
  let shortage: Shortage | null = null;
  for (const isFromDisk of wish.droppableShare > 0 ? [false, true] : [false]) {
    for (const contextLength of wish.lengths) {
      const found = await search.at(contextLength, isFromDisk);
      if (found === null || "line" in found) return found;
      if (!isFromDisk) shortage = found;
    }
  }
  return shortage;
}

class PlaceSearch {
  readonly #wish: Wish;
  readonly #estimate: Estimate;
  /** As many as run at a time if memory holds them. */
  readonly #wanted: number;
  readonly #lines = new Map<string, MemoryLine | null>();

  constructor(wish: Wish, estimate: Estimate) {
    const { conversationsAsked, rollouts } = wish;
    this.#wish = wish;
    this.#estimate = estimate;
    this.#wanted = Math.min(
      conversationsAsked === "auto" ? conversationsWanted : conversationsAsked,
      rollouts,
    );
  }

  async at(contextLength: number, isFromDisk: boolean): Promise<Place | Shortage | null> {
    const layersOnGpu = await this.#layers(contextLength);
    const line = layersOnGpu === null ? null : await this.#line(layersOnGpu, contextLength);
    if (layersOnGpu === null || line === null) return null;
    const affordable = this.#affordable(line, isFromDisk);
    const isAuto = this.#wish.conversationsAsked === "auto";
    const conversations = isAuto ? Math.min(this.#wanted, affordable) : this.#wanted;
    if (conversations < 1 || affordable < conversations) {
      const memory = memoryAt(line, isAuto ? 1 : this.#wanted);
      return { layersOnGpu, contextLength, conversations: isAuto ? 1 : this.#wanted, memory, affordable };
    }
    return { layersOnGpu, contextLength, conversations, conversationsMost: affordable, line, isFromDisk };
  }

  /** Null: not known. */
  async #layers(contextLength: number): Promise<number | null> {
    const { facts, layersAsked } = this.#wish;
    const { vram, layers } = facts;
    const most = vram === null || vram.totalBytes === 0 ? 0 : layers;
    if (layersAsked !== "auto") return Math.min(layersAsked, most);
    // The binding's own search tries every number from the most down, for one conversation: half a minute for some models.
    let [fitting, tooMany] = [0, most + 1];
    for (let next = most; tooMany - fitting > 1; next = Math.floor((fitting + tooMany) / 2)) {
      const line = await this.#line(next, contextLength);
      if (line === null) return null;
      if (fitsGpu(memoryAt(line, this.#enough), vram)) fitting = next;
      else tooMany = next;
    }
    return fitting;
  }

  #affordable(line: MemoryLine, isFromDisk: boolean): number {
    const { facts, droppableShare } = this.#wish;
    const droppedBytes = isFromDisk ? line.one.weights.cpuBytes * droppableShare : 0;
    for (let count = this.#most; count > 0; count--)
      if (fitsIn(memoryAt(line, count), facts, droppedBytes)) return count;
    return 0;
  }

  /** Those that layers are chosen for. */
  get #enough(): number {
    return this.#wish.conversationsAsked === "auto"
      ? Math.min(this.#wanted, conversationsEnough)
      : this.#wanted;
  }

  get #most(): number {
    return Math.max(this.#wanted, Math.min(conversationsMost, this.#wish.rollouts));
  }

  async #line(layersOnGpu: number, contextLength: number): Promise<MemoryLine | null> {
    const key = `${layersOnGpu} ${contextLength}`;
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    // Not more than are going to be: drivers abort the process over a tensor that is larger than they can do.
    const one = await this.#memory({ layersOnGpu, contextLength, conversations: 1 });
    const more =
      one === null || this.#enough === 1
        ? one
        : await this.#memory({ layersOnGpu, contextLength, conversations: this.#enough });
    const line = one === null || more === null ? null : lineThrough(one, more, this.#enough);
    this.#lines.set(key, line);
    return line;
  }

  async #memory(layout: Layout): Promise<Memory | null> {
    const estimate = await this.#estimate(layout);
    return estimate === null ? null : memoryOf({ ...this.#wish, ...layout, estimate });
  }
}
