import { z } from "zod";

/** What a machine is besides its processor, memory and graphics. Null: the system does not tell. */
export const machineFactsSchema = z.object({
  /** Instruction sets that llama.cpp's speed depends on, as the system calls them. */
  features: z.array(z.string()).nullable(),
  /** Physical cores of either kind; null also where all are of one. */
  performanceCores: z.int().nullable(),
  efficiencyCores: z.int().nullable(),
  /** Logical cores that this process may run on. */
  allowedCores: z.int().nullable(),
  /** Cores' worth of time that a container may take; null also where there is no limit. */
  quotaCores: z.number().nullable(),
  /** What a container may take; null also where there is no limit below the memory. */
  memoryLimitBytes: z.int().nullable(),
  isVirtual: z.boolean().nullable(),
  /** Of the processor's clock, several with commas between. */
  governor: z.string().nullable(),
  /** Versions, several with commas between. */
  gpuDriver: z.string().nullable(),
});
export type MachineFacts = Readonly<z.infer<typeof machineFactsSchema>>;

/** Work of one shape: it has threads of its own. */
export const shapes = ["prefill", "decodeOne", "decodeAll"] as const;
export type Shape = (typeof shapes)[number];

/** Threads for each shape of work. */
export const threadPlanSchema = z.object({
  prefill: z.int(),
  decodeOne: z.int(),
  decodeAll: z.int(),
});
export type ThreadPlan = Readonly<z.infer<typeof threadPlanSchema>>;

/** A count that was tried, and the tokens a second that it gave. */
export const triedSchema = z.object({
  shape: z.enum(shapes),
  threads: z.int(),
  tokensPerSecond: z.number(),
});
export type Tried = Readonly<z.infer<typeof triedSchema>>;

/**
 * How threads were found. `asked`: as the flag says; `measured`: the fastest in a trial; `gpu`: little is left to the
 * processor; `one`: there is one core to use, so nothing to try.
 */
export const threadSources = ["asked", "measured", "gpu", "one"] as const;
export type ThreadSource = (typeof threadSources)[number];

/** How a run was fitted to the machine: found when its model was loaded, stored with it. */
export const tuningSchema = z.object({
  threads: threadPlanSchema.nullable(),
  threadsBy: z.enum(threadSources).nullable(),
  tried: z.array(triedSchema),
  /** Whether other processes had cores meanwhile, so that more threads are tried again later; null: not known. */
  isDisturbed: z.boolean().nullable(),
  /** Decode tokens a second by conversations at a time, where that was measured; empty: it was not. */
  conversationsTried: z.array(z.object({ parallel: z.int(), tokensPerSecond: z.number() })),
  /** Why so many conversations at a time, in words; null: not told. */
  parallelBecause: z.string().nullable(),
});
export type Tuning = Readonly<z.infer<typeof tuningSchema>>;

/** What the machine was like while a run lasted. Null: not available. */
export const conditionsSchema = z.object({
  /** Processes that wanted a core, a minute's mean, when the run began. */
  loadAtStart: z.number().nullable(),
  /** Of the hottest sensor. */
  cpuCelsiusAtStart: z.number().nullable(),
  cpuCelsiusAtEnd: z.number().nullable(),
  gpuCelsiusAtStart: z.number().nullable(),
  gpuCelsiusAtEnd: z.number().nullable(),
  /** Of all processor packages while the run lasted, loading included. */
  cpuJoules: z.number().nullable(),
  /** Of all graphics of the machine that tell it, likewise; null also where the run used none. */
  gpuJoules: z.number().nullable(),
  /** A short fixed computation on one core, before the model was loaded and after it was gone: the median of several. */
  pulseBeforeMs: z.number().nullable(),
  pulseAfterMs: z.number().nullable(),
  /** The fastest median that the program has seen since it was started. */
  pulseFastestMs: z.number().nullable(),
  /** Whether either of the two was clearly slower than the fastest: other load, heat, or a clock that was lowered. */
  isHeldBack: z.boolean().nullable(),
});
export type Conditions = Readonly<z.infer<typeof conditionsSchema>>;

/** A fixed computation that takes so many times as long as at its fastest tells of a machine that is held back. */
export const heldBackFrom = 1.3;

/** What kept a batch from its usual speed: a core was taken by somebody else, or the machine slept. */
export const batchMarks = ["busy", "slept"] as const;
export type BatchMark = (typeof batchMarks)[number];
