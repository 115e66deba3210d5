import { threadSources } from "../hardware/facts.ts";
import type { Database } from "better-sqlite3";
import { z } from "zod";
import { machineFactsOf } from "./run-facts.ts";
import type { MachineRow } from "./rows.ts";
import { sealOf, type SealedRow } from "./seal.ts";

/** One repetition of a test; milliseconds of wall and of CPU time over all threads. */
const sampleSchema = z.object({ ms: z.number().positive(), cpuMs: z.number().nullable() });

/** A turn of a conversation that was evaluated again. */
const turnSchema = z.object({
  promptTokens: z.int(),
  reusedTokens: z.int(),
  prefilledTokens: z.int(),
  ttftMs: z.number(),
  decodedTokens: z.int(),
  decodeMs: z.number(),
});
export type ConversationTurn = Readonly<z.infer<typeof turnSchema>>;

/** What was measured, and with what: two rows that are equal in it, `resolved` left out, measured the same. */
const settingsSchema = z.object({
  /** pp: given tokens; tg: generated ones; chat: a conversation of somebody's own. */
  kind: z.enum(["pp", "tg", "chat"]),
  /** Of each conversation; of a chat, generated at each turn at most. */
  tokens: z.int(),
  depth: z.int(),
  /** tg: whether each token was sampled. */
  sampled: z.boolean(),
  /** Conversations in lockstep. */
  conversations: z.int(),
  threads: z.int(),
  backend: z.string(),
  /** Layers that lay on the GPU. */
  layers: z.int(),
  /** What was asked for, by llama-bench's names. */
  asked: z.record(z.string(), z.string()),
  /** chat: SHA-256 of its messages, and whether a turn kept what the one before had evaluated. */
  chat: z.object({ sha256: z.string(), file: z.string(), isCached: z.boolean() }).nullable(),
});
/** What came of what was asked for; `auto` may come to something else on another day. */
const resolved = ["threads", "backend", "layers"] as const satisfies (keyof SpeedTestSettings)[];
export type SpeedTestSettings = Readonly<z.infer<typeof settingsSchema>>;

const factsSchema = z.object({
  /** Weights in memory, as llama.cpp counts them. */
  modelBytes: z.number().nullable(),
  threadsBy: z.enum(threadSources),
  attention: z.boolean().nullable(),
  /** False: a prompt was evaluated without the logits of its last token. */
  isExact: z.boolean(),
  /** Of weights that one decode step reads; of the cache, a token. Null: not known. */
  weightBytesPerStep: z.number().nullable(),
  kvBytesPerToken: z.number().nullable(),
  /** Read by all threads together from a buffer larger than the caches; null: not measured. */
  memory: z
    .object({ bytesPerSecond: z.number(), threads: z.int(), bufferBytes: z.number(), method: z.string() })
    .nullable(),
  /** The same test by llama-bench, a repetition beside each of ours, in turns; null: ours alone. */
  against: z
    .object({ program: z.string(), build: z.string(), tokensPerSecond: z.array(z.number()) })
    .nullable(),
});
export type SpeedTestFacts = Readonly<z.infer<typeof factsSchema>>;

export interface NewSpeedTest {
  readonly at: string;
  readonly machineId: number;
  readonly modelId: number;
  /** As llama-bench calls it: "pp512", "tg128 @ d1024". */
  readonly test: string;
  readonly settings: SpeedTestSettings;
  readonly versions: Readonly<Record<string, string>>;
  /** Of a chat: none. */
  readonly samples: readonly Readonly<z.infer<typeof sampleSchema>>[];
  /** Of a chat, its turns by repetition; else none. */
  readonly turns: readonly (readonly ConversationTurn[])[];
  readonly facts: SpeedTestFacts;
}

export interface SpeedTestRow extends NewSpeedTest {
  readonly id: number;
  readonly model: string;
  readonly sha256: string;
  readonly parameters: number | null;
  readonly quantization: string | null;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly machine: Pick<MachineRow, "logicalCores" | "facts">;
}

const samplesSchema = z.object({
  samples: z.array(sampleSchema),
  turns: z.array(z.array(turnSchema)),
});

/** Writes a row with its seal. @returns its id */
export function recordSpeedTest(database: Database, test: NewSpeedTest): number {
  const { samples, turns } = test;
  const row = {
    at: test.at,
    machine_id: test.machineId,
    model_id: test.modelId,
    test: test.test,
    settings: JSON.stringify(settingsSchema.parse(test.settings)),
    versions: JSON.stringify(test.versions),
    samples: JSON.stringify(samplesSchema.parse({ samples, turns })),
    facts: JSON.stringify(factsSchema.parse(test.facts)),
  };
  return Number(
    database
      .prepare(
        `INSERT INTO speed_test (at, machine_id, model_id, test, settings, versions, samples, facts, seal)
          VALUES (@at, @machine_id, @model_id, @test, @settings, @versions, @samples, @facts, @seal)`,
      )
      .run({ ...row, seal: speedTestSeal(database, row) }).lastInsertRowid,
  );
}

/** Every row, oldest first. */
export function speedTests(database: Database): SpeedTestRow[] {
  const rows = database.prepare(`${selection} ORDER BY speed_test.at, speed_test.id`).all() as StoredRow[];
  return rows.map(read);
}

/**
 * The newest earlier row of the same content of a file, measured as the same was asked for on a machine like this one, its
 * affinity and a container's limit included.
 *
 * @returns null: there is none
 */
export function earlierSpeedTest(database: Database, { id }: SpeedTestRow): SpeedTestRow | null {
  const row = database
    .prepare(
      `${selection} JOIN speed_test AS own ON own.id = @id JOIN model AS own_model ON own_model.id = own.model_id
        JOIN machine AS own_machine ON own_machine.id = own.machine_id
        WHERE (speed_test.at, speed_test.id) < (own.at, own.id) AND model.sha256 = own_model.sha256 AND ${asked("speed_test")} = ${asked("own")}
          AND machine.cpu_model = own_machine.cpu_model AND machine.logical_cores = own_machine.logical_cores
          AND machine.arch = own_machine.arch AND machine.gpus = own_machine.gpus
          AND coalesce(machine.facts ->> 'allowedCores', machine.logical_cores)
            = coalesce(own_machine.facts ->> 'allowedCores', own_machine.logical_cores)
          AND machine.facts ->> 'quotaCores' IS own_machine.facts ->> 'quotaCores'
        ORDER BY speed_test.at DESC, speed_test.id DESC LIMIT 1`,
    )
    .get({ id }) as StoredRow | undefined;
  return row === undefined ? null : read(row);
}

function asked(table: string): string {
  return `json_remove(${table}.settings, ${resolved.map((name) => `'$.${name}'`).join(", ")})`;
}

/** Each row's seal as it is stored and as the row gives it now. */
export function speedTestSeals(
  database: Database,
): { readonly id: number; readonly test: string; readonly stored: string; readonly actual: string }[] {
  const rows = database.prepare("SELECT * FROM speed_test ORDER BY id").all() as SealedRow[];
  return rows.map((row) => ({
    id: row["id"] as number,
    test: row["test"] as string,
    stored: row["seal"] as string,
    actual: speedTestSeal(database, row),
  }));
}

/** Of the row, and of its model's and its machine's. */
export function speedTestSeal(database: Database, row: SealedRow): string {
  const model = database.prepare("SELECT * FROM model WHERE id = ?").get(row["model_id"]);
  const machine = database.prepare("SELECT * FROM machine WHERE id = ?").get(row["machine_id"]);
  return sealOf(row, ...[model, machine].map((other) => sealOf((other ?? {}) as SealedRow)));
}

const selection = `SELECT speed_test.id, speed_test.at, speed_test.machine_id AS machineId, speed_test.model_id AS modelId,
    speed_test.test, speed_test.settings, speed_test.versions, speed_test.samples, speed_test.facts,
    model.name AS model, model.sha256, model.parameters, model.quantization, model.architecture,
    machine.cpu_model AS cpuModel, machine.logical_cores AS logicalCores, machine.facts AS machineFacts
  FROM speed_test JOIN model ON model.id = speed_test.model_id JOIN machine ON machine.id = speed_test.machine_id`;

type Texts = Record<"settings" | "versions" | "samples" | "facts", string>;
type StoredRow = Omit<SpeedTestRow, keyof Texts | "turns" | "machine"> &
  Texts & { readonly logicalCores: number; readonly machineFacts: string | null };

function read({ logicalCores, machineFacts, ...row }: StoredRow): SpeedTestRow {
  return {
    ...row,
    settings: settingsSchema.parse(JSON.parse(row.settings)),
    versions: JSON.parse(row.versions) as Record<string, string>,
    ...samplesSchema.parse(JSON.parse(row.samples)),
    facts: factsSchema.parse(JSON.parse(row.facts)),
    machine: { logicalCores, facts: machineFactsOf(machineFacts) },
  };
}
