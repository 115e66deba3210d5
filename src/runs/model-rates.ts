import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashModel } from "../gguf/hash.ts";
import { type RatesWanted, speedNames, type StoredRates, storedRates } from "../reading/rates.ts";
import { openReadOnly } from "../store/database.ts";
import type { MachineRow } from "../store/rows.ts";
import { describeMachine } from "../hardware/machine.ts";
import type { PreparedModel } from "./prepare.ts";
import { pick, type Settings, standardSettings } from "../settings/settings.ts";
import { makeTemporaryFolder } from "../hardware/temporary-folder.ts";
import type { RunRequest } from "./request.ts";
import { runModels } from "./run.ts";
import { silentView } from "./view.ts";

/** Conversations that are played for a plan: it is to be there in seconds. */
const mostPlayed = 8;

/** How fast models are here under the settings of a run: by their runs in a file, else by a few turns played now. */
export class ModelRates {
  readonly #dbPath: string;
  readonly #known = new Map<string, StoredRates | null>();
  #machine: Promise<MachineRow> | null = null;

  constructor(dbPath: string) {
    this.#dbPath = dbPath;
  }

  /** @param request a run of that model alone. @returns null where even playing shows no rate */
  async of({ model, fit }: PreparedModel, request: RunRequest): Promise<StoredRates | null> {
    this.#machine ??= describeMachine();
    const { settings } = request;
    const wanted: RatesWanted = {
      sha256: await hashModel(model.parts),
      machine: await this.#machine,
      parallel: fit.parallel,
      settings,
    };
    const key = [wanted.sha256, pick(settings, speedNames)];
    const played = { ...wanted, parallel: Math.min(wanted.parallel, mostPlayed) };
    return (
      (await this.#once([...key, wanted.parallel], () => readRates(this.#dbPath, wanted))) ??
      (await this.#once([...key, "played", played.parallel], () => measureRates(request, played)))
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
  if (!existsSync(dbPath)) return null;
  const database = openReadOnly(dbPath);
  try {
    return storedRates(database, wanted);
  } finally {
    database.close();
  }
}

/** A few turns in a file of their own, which is gone afterwards. */
async function measureRates(request: RunRequest, played: RatesWanted): Promise<StoredRates | null> {
  const folder = makeTemporaryFolder("plan");
  try {
    const dbPath = join(folder.path, "speed.db");
    const { parallel, settings } = played;
    const plain: Settings = {
      ...standardSettings,
      ...pick(settings, speedNames),
      // The conversations of a plan are short; how long they may be decides the memory, and hardly the speed.
      context: "auto",
      turns: 3,
      rollouts: parallel,
      parallel,
    };
    await runModels({ ...request, settings: plain, instances: null, dbPath }, silentView);
    return readRates(dbPath, { ...played, settings: plain });
  } finally {
    folder.remove();
  }
}
