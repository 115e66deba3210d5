import { nowMs } from "../clock.ts";
import type { EngineEvents } from "../engine/engine.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import type { Speeds } from "./tune-choice.ts";
import { type CountsPlan, type Measurement, tryCounts } from "./tune-counts.ts";

/** A model whose decode speed by conversations at a time is to be measured. Plain data, so that it can be sent. */
export interface TuneJob {
  /** With as many conversations as the largest number that is tried. */
  readonly options: LlamaOptions;
  readonly plan: CountsPlan;
}

export interface TuneEvents extends Pick<EngineEvents, "worked" | "markOf"> {
  /** Told what is known so far, with every number that was tried. */
  readonly onTried: (speeds: Speeds) => void;
}

/** A measurement; `isDisturbed`: other processes had cores when the engine's threads were chosen. */
export interface Tuned {
  readonly measurement: Measurement;
  readonly isDisturbed: boolean;
}

/**
 * Loads the model and measures. Runs native code: only ever used in a child, which was started for it, since its own
 * start counts as a part of what is spent.
 *
 * @throws EngineError
 */
export async function tune({ options, plan }: TuneJob, { onTried, ...events }: TuneEvents): Promise<Tuned> {
  const { createLlamaEngine } = await import("../engine/llama/llama-engine.ts");
  const { ConversationsBench } = await import("../engine/llama/conversations-bench.ts");
  const engine = await createLlamaEngine(options, { ...unrecorded, ...events });
  try {
    return {
      measurement: await tryCounts(plan, new ConversationsBench(engine.parts), nowMs, onTried),
      isDisturbed: engine.info.tuning?.isDisturbed === true,
    };
  } finally {
    await engine.close();
  }
}

const unrecorded: EngineEvents = { afterBatches: () => undefined, event: () => undefined };
