import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { portableSettings } from "../../src/runs/before-run.ts";
import { recordMachine, recordModel, recordPlace, recordText } from "../../src/store/append.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { type MergedPart, mergePart } from "../../src/store/merge.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { removeRuns } from "../../src/store/removed.ts";
import { sealRun } from "../../src/store/seal.ts";
import { goOn, takeOver } from "../../src/store/sessions.ts";
import { speedTestSeal } from "../../src/store/speed-tests.ts";
import { newRun, turnRow } from "./builders.ts";
import { goesOn, play } from "./played-runs.ts";

/** Something that happens on one of two machines, each with a file of its own, of which a copy is taken then. */
export interface Step {
  readonly what: (typeof kinds)[number];
  readonly machine: 0 | 1;
  /** Which of the runs there, and how. */
  readonly which: number;
}

/** A copy of a file as it was at some moment. */
export interface Part {
  readonly path: string;
  /** Of two that hold a run, the later has what the earlier has, and more. */
  readonly moment: number;
}

const kinds = [
  "begin",
  "begin",
  "go on",
  "go on",
  "end",
  "abandon",
  "judge again",
  "judge again",
  "stand for a place",
  "test speed",
  "remove",
  "hand over",
] as const;

const anyStep = fc.record<Step>({
  what: fc.constantFrom(...kinds),
  machine: fc.constantFrom(0, 1),
  which: fc.nat(11),
});

/** A run begins first, so that there is something to merge. */
export const someSteps = fc
  .tuple(anyStep, fc.array(anyStep, { minLength: 1, maxLength: 8 }))
  .map(([first, others]): Step[] => [{ ...first, what: "begin" }, ...others]);

/** Carries the steps out in a folder. Those that nothing is there for are left out. @returns a copy for each, and for moments within */
export function partsOf(folder: string, steps: readonly Step[]): Part[] {
  const world = new World(folder);
  for (const step of steps) world.take(step);
  return world.parts;
}

export function mergeInto(target: Database, path: string): MergedPart {
  return mergePart(target, path, {
    named: "all.db",
    portable: portableSettings,
    onTurns: () => undefined,
  });
}

class World {
  readonly parts: Part[] = [];
  readonly #folder: string;
  #steps = 0;
  #copies = 0;
  /** Runs never go on in two places: once the first machine has handed its file over, all happens on the other. */
  #isHandedOver = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  take({ what, machine: wanted, which }: Step): void {
    const machine = this.#isHandedOver ? 1 : wanted;
    this.#steps++;
    if (what === "hand over") return this.#handOver();
    const isAside = which % 2 === 1 && ["judge again", "stand for a place"].includes(what);
    const path = isAside ? this.#copied(machine) : this.#file(machine);
    // One that was given up is marked so when the file is opened.
    const database = openFile(path);
    this.#carryOut(database, { what, machine, which });
    if (!isAside) this.#keep(database);
    database.close();
    if (isAside) this.#add(path);
  }

  #carryOut(database: Database, step: Step): void {
    const { what, which } = step;
    if (what === "begin") return this.#begin(database, step);
    const runs = database.prepare("SELECT id, status FROM run ORDER BY id").all() as Run[];
    const stopped = runs.filter(({ status }) => status === "interrupted");
    const [any, open] = [runs, stopped].map((list) => list[which % list.length]?.id);
    if (what === "test speed") testSpeed(database, which);
    if (any !== undefined) {
      if (what === "remove") removeRuns(database, [any], new Set(which % 3 > 0 ? [any] : []));
      if (what === "judge again") judgeAgain(database, any);
      if (what === "stand for a place")
        recordPlace(database, any, { suite: "s", experiment: "e", arm: `${which % 3}`, trial: 0, asked: {} });
    }
    if (open === undefined) return;
    const next = 1 + turnsOf(database, open);
    if (what === "go on" || what === "end") goesOn(database, open, [next], what === "end");
    if (what === "abandon") abandon(database, open, next);
  }

  #begin(database: Database, { machine, which }: Step): void {
    const machineId = recordMachine(database, {
      cpuModel: `machine ${machine}`,
      physicalCores: 1,
      logicalCores: 1,
      memoryBytes: 1,
      os: "o",
      arch: "a",
      gpus: [],
      facts: null,
    });
    const promptHash = recordText(database, `wording ${which % 2}`);
    const modelId = which % 3 === 0 ? modelAt(database, `/${which}/m.gguf`) : null;
    const run = newRun(database, {}, { name: `run ${this.#steps}`, machineId, promptHash, modelId });
    const midway = (): void => {
      if (which % 4 > 0) this.#keep(database, which % 4 > 1);
    };
    play(database, run, { turns: [1, 2], end: which % 5 === 0, midway });
  }

  #handOver(): void {
    if (this.#isHandedOver) return;
    const path = this.#copied(0);
    this.#isHandedOver = true;
    const database = openFile(this.#file(1));
    mergeInto(database, path);
    this.#keep(database);
    database.close();
  }

  /** @param isGivenUp as it looks where its process is not */
  #keep(database: Database, isGivenUp = false): void {
    const path = this.#nextPath();
    database.prepare("VACUUM INTO ?").run(path);
    if (isGivenUp) {
      const copy = new Sqlite(path);
      giveUp(copy);
      copy.close();
    }
    this.#add(path);
  }

  #add(path: string): void {
    this.parts.push({ path, moment: this.parts.length });
  }

  #copied(machine: 0 | 1): string {
    const path = this.#nextPath();
    openFile(this.#file(machine)).close();
    copyFileSync(this.#file(machine), path);
    return path;
  }

  #nextPath(): string {
    return join(this.#folder, `copy-${this.#copies++}.db`);
  }

  #file(machine: 0 | 1): string {
    return join(this.#folder, `machine-${machine}.db`);
  }
}

interface Run {
  readonly id: number;
  readonly status: string;
}

function openFile(path: string): Database {
  const database = openDatabase(path);
  // Else what was written is beside the file, where a copy does not take it from.
  database.pragma("journal_mode = DELETE");
  database.pragma("synchronous = OFF");
  return database;
}

function turnsOf(database: Database, run: number): number {
  return database
    .prepare("SELECT coalesce(max(turn), 0) FROM turn WHERE run_id = ?")
    .pluck()
    .get(run) as number;
}

/** Goes on, and its process is killed behind a turn of the first rollout. */
function abandon(database: Database, run: number, turn: number): void {
  const taken = { machineId: 1, versions: {}, rebuilt: "exact", differences: [] } as const;
  const session = takeOver(database, run, taken) ?? 0;
  goOn(database, run, session, []);
  const recorder = new Recorder(database, run, session);
  recorder.turn(turnRow(0, turn, true));
  recorder.flush();
  giveUp(database);
}

function giveUp(database: Database): void {
  const running = database.prepare("SELECT id FROM run WHERE status = 'running'").pluck().all() as number[];
  for (const run of running) {
    database.prepare("UPDATE run SET pid = 999999999 WHERE id = ?").run(run);
    database.prepare("UPDATE lease SET until_ms = 0 WHERE run_id = ?").run(run);
    sealRun(database, run);
  }
}

function judgeAgain(database: Database, run: number): void {
  const turns = "turn_id IN (SELECT id FROM turn WHERE run_id = @run)";
  database
    .prepare(
      `INSERT OR IGNORE INTO verdict SELECT turn_id, 2, class, answer, first_answer, turn_correct, index_correct, task_correct,
        after_missing FROM verdict WHERE parser_version = 1 AND ${turns}`,
    )
    .run({ run });
  database
    .prepare(
      `INSERT OR IGNORE INTO verdict_basis SELECT turn_id, 2, 7, 7, 7 FROM verdict WHERE parser_version = 2 AND ${turns}`,
    )
    .run({ run });
}

/** The same model wherever it lies. */
export function modelAt(database: Database, path: string): number {
  return recordModel(database, {
    name: "m.gguf",
    path,
    sha256: "s",
    bytes: 1,
    architecture: "a",
    parameters: 1,
    tensorBytes: 1,
    quantization: null,
    trainContextLength: null,
    metadata: {},
  });
}

function testSpeed(database: Database, which: number): void {
  const machine = database.prepare("SELECT max(id) FROM machine").pluck().get() as number | null;
  if (machine === null) return;
  const row = {
    at: `${which}`,
    machine_id: machine,
    model_id: modelAt(database, `/${which}/m.gguf`),
    test: "pp8",
    settings: "{}",
    versions: "{}",
    samples: "{}",
    facts: "{}",
  };
  database
    .prepare(
      `INSERT INTO speed_test VALUES (NULL, @at, @machine_id, @model_id, @test, @settings, @versions, @samples, @facts, @seal)`,
    )
    .run({ ...row, seal: speedTestSeal(database, row) });
  database
    .prepare(
      "INSERT INTO tuned (at, model_sha256, machine_id, build, asked, found) VALUES (?, 's', ?, 'b', '{}', '{}')",
    )
    .run(`${which}`, machine);
}
