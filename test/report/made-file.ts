import { beginRun, recordMachine, recordModel } from "../../src/store/append.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { endRun } from "../../src/store/end-run.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { blockOf } from "../../src/settings/shard.ts";
import type { StoredSettings } from "../../src/settings/stored.ts";
import type { RolloutEnd, RunRecord } from "../../src/store/rows.ts";
import { batchRow, turnRow } from "../store/builders.ts";
import { machine, madeModel, madeRun, madeSettings } from "./runs.ts";

/** A run as a file is to hold it. */
export interface FiledRun {
  /** By what its file holds. */
  readonly model: string;
  readonly name: string;
  readonly seed: number;
  /** Day of the month; runs of a file begin on days of their own. */
  readonly day: number;
  readonly status: RunRecord["status"];
  readonly settings: Partial<StoredSettings>;
  readonly threads: number;
  /** Of each rollout its turns' answers, "R" for right, from the first turn that was asked. */
  readonly rollouts: readonly string[];
}

/** A file in memory that holds these runs, in this order. @param isTurned whether their last rollout was written first */
export function fileOf(runs: readonly FiledRun[], isTurned = false): Database {
  const database = openDatabase(":memory:");
  for (const run of runs) addRun(database, run, isTurned);
  return database;
}

function addRun(database: Database, filed: FiledRun, isTurned: boolean): void {
  const { model, name, seed, day, status, threads, rollouts } = filed;
  const settings = madeSettings({ rollouts: rollouts.length, ...filed.settings });
  const { id: _, ...made } = madeRun({
    seed,
    settings,
    model: madeModel({ name, path: `${name}.gguf`, sha256: model.padEnd(64, "0") }),
  });
  const ids = {
    machineId: recordMachine(database, machine),
    modelId: recordModel(database, made.model ?? madeModel()),
  };
  const runId = beginRun(database, { ...made, ...ids, name });
  const recorder = new Recorder(database, runId);
  recorder.setRunEngine({ ...made, parallel: 4, threads, versions: { "llama.cpp": "b1" } });
  const { first } = blockOf(settings);
  const numbered = rollouts.map((answers, index) => [first + index, answers] as const);
  for (const [rollout, answers] of isTurned ? numbered.toReversed() : numbered)
    addRollout(recorder, rollout, answers, settings);
  recorder.batches([
    batchRow(0, { startMs: 0, endMs: 10, conversations: 2, prefillTokens: 40, decodeTokens: 0 }),
    batchRow(1, { startMs: 10, endMs: 20, conversations: 2, prefillTokens: 0, decodeTokens: 20 }),
  ]);
  recorder.flush();
  if (status !== "running")
    endRun(
      database,
      { runId, session: null },
      { status, error: null, wallMs: 100, peakRssBytes: 1e8 },
      "interrupted",
    );
  const startedAt = `2026-01-${String(day).padStart(2, "0")}T03:04:05.000Z`;
  database.prepare("UPDATE run SET started_at = ? WHERE id = ?").run(startedAt, runId);
}

function addRollout(recorder: Recorder, rollout: number, answers: string, settings: StoredSettings): void {
  recorder.startRollout({
    rollout,
    dictionary: [{ key: `word${rollout}`, value: 5 }],
    startedAt: "2026-01-02T03:04:05.000Z",
  });
  const turns = settings.probe ?? Array.from({ length: settings.turns }, (_, index) => index + 1);
  for (const [index, answer] of Array.from(answers).entries())
    recorder.turn(turnRow(rollout, turns[index] ?? index + 1, answer === "R"));
  const isWhole =
    answers.length >= turns.length || (settings.until === "first-error" && answers.includes("W"));
  const end: RolloutEnd | null = isWhole ? "complete" : null;
  if (end !== null) recorder.endRollout({ rollout, end, detail: null, endedAt: "2026-01-02T03:04:06.000Z" });
}
