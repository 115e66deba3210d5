import { z } from "zod";

/** Of the folders that a run writes to. */
export const placeNames = ["database", "cache", "temporary"] as const;

const backendSchema = z.object({
  name: z.enum(["cpu", "cuda", "vulkan", "metal"]),
  isShipped: z.boolean().describe("there is a prebuilt library of it for this system"),
  isInstalled: z.boolean(),
  loads: z.boolean(),
  missing: z.string().nullable().describe("the system's library that is not there, by its own name"),
  why: z.string().nullable().describe("why it does not load, where no library is missing"),
  devices: z.array(z.string()).readonly(),
  memoryBytes: z.number().nullable().describe("of its devices together"),
});

const placeSchema = z.object({
  name: z.enum(placeNames),
  isWritable: z.boolean(),
  code: z.string().nullable().describe("the system's word for why not: EACCES, EROFS, ENOENT, ..."),
  freeBytes: z.number().nullable(),
});

const selfTestSchema = z.object({
  name: z.enum(["simulated", "reference"]),
  end: z
    .enum(["right", "wrong", "failed", "slow", "none"])
    .describe(
      "slow: stopped before its end; none: not begun, since there was no folder or no database for it",
    ),
  ms: z.number().nullable(),
  why: z.string().nullable(),
});

/** What a machine is to this program: read in one place, and free of names of files, folders, people and hosts. */
export const factsSchema = z.object({
  node: z.object({ version: z.string(), wanted: z.string(), isSupported: z.boolean() }),
  program: z.object({
    version: z.string(),
    binding: z.string().nullable().describe("of node-llama-cpp"),
    llamaCpp: z.string().nullable().describe("its release; null: it does not load"),
    build: z.string().nullable().describe("prebuilt, or built on this machine"),
  }),
  system: z.object({
    os: z.string(),
    arch: z.string(),
    libc: z.string().nullable().describe("null: not Linux"),
    cpuModel: z.string(),
    gpuMakers: z
      .array(z.string())
      .readonly()
      .nullable()
      .describe("of the cards on the bus, whatever is installed; null: the system does not tell"),
    buildTools: z.array(z.string()).readonly().describe("compilers and CMake on PATH; none is needed"),
  }),
  backends: z.array(backendSchema).readonly(),
  memory: z.object({
    totalBytes: z.number(),
    availableBytes: z.number(),
    limitBytes: z.number().nullable().describe("of a container; null: none below the total"),
  }),
  cores: z.object({
    logical: z.int().describe("of the machine"),
    allowed: z.int().describe("that this process may run on"),
    quota: z.number().nullable().describe("cores' worth of time that a container may take; null: no limit"),
    physical: z.int().nullable().describe("as llama.cpp counts them; null: it does not load"),
  }),
  places: z.array(placeSchema).readonly(),
  store: z.object({
    sqlite: z.string().nullable().describe("null: its native part does not load"),
    file: z.enum(["none", "current", "older", "unusable"]),
    schema: z.int().nullable().describe("version of the file's"),
    ownSchema: z.int(),
    why: z.string().nullable(),
  }),
  selfTests: z.array(selfTestSchema).readonly(),
});

const states = ["ok", "warning", "problem"] as const;

const checkSchema = z.object({
  check: z.string(),
  state: z.enum(states),
  text: z.string().describe("what was found, and the cure where there is something to cure"),
});

/** What `doctor --json` prints, and what `doctor --from` reads. */
export const doctorDocumentSchema = z.object({
  $schema: z.literal("longhaul:doctor/1").describe("this schema's name, which leads nowhere on the web"),
  schemaVersion: z.literal(1),
  state: z.enum(states).describe("the worst of the checks"),
  summary: z.string(),
  checks: z.array(checkSchema).readonly(),
  facts: factsSchema,
});

export type Facts = Readonly<z.infer<typeof factsSchema>>;
export type Backend = Readonly<z.infer<typeof backendSchema>>;
export type Place = Readonly<z.infer<typeof placeSchema>>;
export type SelfTest = Readonly<z.infer<typeof selfTestSchema>>;
export type Check = Readonly<z.infer<typeof checkSchema>>;
export type DoctorDocument = Readonly<z.infer<typeof doctorDocumentSchema>>;
