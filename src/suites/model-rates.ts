import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashModel } from "../gguf/hash.ts";
import { type RatesWanted, type StoredRates, storedRates } from "../reading/rates.ts";
import { openDatabase } from "../store/database.ts";
import type { MachineRow } from "../store/rows.ts";
import { describeMachine } from "../runs/machine.ts";
import type { PreparedModel } from "../runs/prepare.ts";
import type { Condition, RunRequest } from "../runs/request.ts";
import { runModels, type RunView } from "../runs/run.ts";
import { plainCondition } from "./conditions.ts";

/** Conversations that are played for a plan: it is to be there in seconds. */
const mostPlayed = 8;

/** How fast models are here under the settings of a condition: by their runs in a file, else by a few turns played now. */
export class ModelRates {
  readonly #dbPath: string;
  readonly #known = new Map<string, StoredRates | null>();
  #machine: Promise<MachineRow> | null = null;

  constructor(dbPath: string) {
    this.#dbPath = dbPath;
  }

  /** @param request a run of that model under that condition. @returns null where even playing shows no rate */
  async of({ model, fit }: PreparedModel, request: RunRequest): Promise<StoredRates | null> {
    this.#machine ??= describeMachine();
    const { gpu, gpuLayers, threads, kvTypeK, kvTypeV, flashAttention } = request;
    const wanted: RatesWanted = {
      sha256: await hashModel(model.parts),
      machine: await this.#machine,
      parallel: fit.parallel,
      asked: { gpu, gpuLayers, threads, kvTypeK, kvTypeV, flashAttention },
    };
    const played = { ...wanted, parallel: Math.min(wanted.parallel, mostPlayed) };
    return (
      (await this.#once(["stored", wanted], () => readRates(this.#dbPath, wanted))) ??
      (await this.#once(["played", played], () => measureRates(request, played)))
    );
  }

  async #once(
    key: readonly unknown[],
    find: () => StoredRates | null | Promise<StoredRates | null>,
  ): Promise<StoredRates | null> {
    const text = JSON.stringify(key);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = await find();
    this.#known.set(text, found);
    return found;
  }
}

function readRates(dbPath: string, wanted: RatesWanted): StoredRates | null {
  const database = openDatabase(dbPath);
  try {
    return storedRates(database, wanted);
  } finally {
    database.close();
  }
}

/** A few turns in a file of their own, which is gone afterwards. */
async function measureRates(request: RunRequest, wanted: RatesWanted): Promise<StoredRates | null> {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-plan-"));
  try {
    const dbPath = join(folder, "speed.db");
    const { gpu, gpuLayers, threads, kvTypeK, kvTypeV, flashAttention } = request;
    const plain: Condition = {
      ...plainCondition,
      gpu,
      gpuLayers,
      threads,
      kvTypeK,
      kvTypeV,
      flashAttention,
      rollouts: wanted.parallel,
      parallel: wanted.parallel,
      settings: { ...plainCondition.settings, turns: 3 },
    };
    await runModels({ ...request, ...plain, dbPath }, silentView);
    return readRates(dbPath, wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const silent = (): void => undefined;
const silentView: RunView = {
  onPlan: silent,
  onHash: silent,
  onTrialStart: silent,
  onProgress: silent,
  onWatch: silent,
  onTrialEnd: silent,
  onInterruptible: silent,
  isInterrupted: false,
};
