import { existsSync } from "node:fs";
import { hashModel } from "../gguf/hash.ts";
import { describeMachine, type Machine } from "../hardware/machine.ts";
import { tunedBefore } from "../reading/tuned.ts";
import { openDatabase, openReadOnly } from "../store/database.ts";
import { hasTuned, recordTuned, type TunedKey, type TunedRow } from "../store/tuned.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { askedOf } from "./tune-plan.ts";
import type { RunView } from "./view.ts";

/** What a file remembers of the speed of models by conversations at a time, on this machine under a run's settings. */
export class TuneRecord {
  readonly #request: RunRequest;
  readonly #view: RunView | null;
  #machine: Promise<Machine> | null = null;

  /** @param view told while a large file is hashed */
  constructor(request: RunRequest, view: RunView | null) {
    this.#request = request;
    this.#view = view;
  }

  /** The newest measurement that counts; null: there is none. */
  async of(candidate: PreparedModel): Promise<TunedRow | null> {
    const { dbPath, retunedSince } = this.#request;
    if (!existsSync(dbPath)) return null;
    const database = openReadOnly(dbPath);
    try {
      if (!hasTuned(database)) return null;
      return tunedBefore(database, await this.#keyOf(candidate), retunedSince ?? null);
    } finally {
      database.close();
    }
  }

  async add(candidate: PreparedModel, found: TunedRow["found"]): Promise<void> {
    const key = await this.#keyOf(candidate);
    const database = openDatabase(this.#request.dbPath);
    try {
      recordTuned(database, key, found);
    } finally {
      database.close();
    }
  }

  async #keyOf(candidate: PreparedModel): Promise<TunedKey> {
    const { name, model, inspection } = candidate;
    this.#machine ??= describeMachine();
    return {
      sha256: await hashModel(model.parts, {
        onProgress: (doneBytes) => this.#view?.onHash(name, doneBytes, model.bytes),
      }),
      machine: await this.#machine,
      build: `${inspection.release} ${inspection.backend} ${inspection.build}`,
      asked: askedOf(this.#request, candidate),
    };
  }
}
