import { z } from "zod";

/** What a machine is besides its processor, memory and graphics. Null: the system does not tell. */
export const machineFactsSchema = z.object({
  /** Instruction sets that llama.cpp's speed depends on, as the system calls them. */
  features: z.array(z.string()).nullable(),
  performanceCores: z.int().nullable(),
  efficiencyCores: z.int().nullable(),
  /** Logical cores that this process may run on; its share of them where a container limits it. */
  allowedCores: z.int().nullable(),
  quotaCores: z.number().nullable(),
  governor: z.string().nullable(),
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

/** How a run was fitted to the machine: found when its model was loaded, stored with it. */
export const tuningSchema = z.object({
  threads: threadPlanSchema.nullable(),
  /** `asked`: as the flag says; `measured`: the fastest in a trial; `gpu`: little is left to the processor. */
  threadsBy: z.enum(["asked", "measured", "gpu"]).nullable(),
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
  temperatureAtStart: z.number().nullable(),
  temperatureAtEnd: z.number().nullable(),
  /** Joules of processor and graphics while the run lasted. */
  cpuJoules: z.number().nullable(),
  gpuJoules: z.number().nullable(),
  /** Milliseconds of a short fixed computation before and after. */
  pulseBeforeMs: z.number().nullable(),
  pulseAfterMs: z.number().nullable(),
});
export type Conditions = Readonly<z.infer<typeof conditionsSchema>>;

/** What kept a batch from its usual speed: a core was taken by somebody else, or the machine slept. */
export const batchMarks = ["busy", "slept"] as const;
export type BatchMark = (typeof batchMarks)[number];
