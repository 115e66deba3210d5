import { existsSync } from "node:fs";
import { sleep, wallMs } from "../clock.ts";
import { EngineError, InterruptedError } from "../errors.ts";
import { type Database, openReadOnly } from "../store/database.ts";
import { heldElsewhereUntil, holderOf, runsOfOthers } from "../store/lease.ts";
import { journalFor } from "../store/shared-disk.ts";

/** Who waits. */
export interface Waiting {
  /** Told in words what is waited for. */
  readonly onWaiting: (text: string) => void;
  readonly isInterrupted: () => boolean;
}

/**
 * Waits until a run is nobody's whose process, on another machine, cannot be looked up from here: as long as it last said.
 *
 * @throws EngineError where it says so once more: it goes on there
 * @throws InterruptedError
 */
export async function whenGivenUp(dbPath: string, runId: number, waiting: Waiting): Promise<void> {
  const database = openReadOnly(dbPath);
  try {
    await heldNoMore(database, runId, waiting);
  } finally {
    database.close();
  }
}

/** The same for every such run of a file in which only one process may write at a time. */
export async function whenAlone(dbPath: string, waiting: Waiting): Promise<void> {
  if (!existsSync(dbPath) || journalFor(dbPath).mode === "WAL") return;
  const database = openReadOnly(dbPath);
  try {
    for (const { id } of runsOfOthers(database)) await heldNoMore(database, id, waiting);
  } finally {
    database.close();
  }
}

async function heldNoMore(
  database: Database,
  runId: number,
  { onWaiting, isInterrupted }: Waiting,
): Promise<void> {
  const firstMs = heldElsewhereUntil(database, runId);
  if (firstMs === null) return;
  const holder = holderOf(database, runId);
  const seconds = Math.ceil((firstMs - wallMs()) / 1000);
  onWaiting(
    `run ${runId} may still be played by ${holder}; waiting up to ${seconds} s for a word of it, then it goes on here`,
  );
  for (
    let untilMs: number | null = firstMs;
    untilMs !== null;
    untilMs = heldElsewhereUntil(database, runId)
  ) {
    if (isInterrupted()) throw new InterruptedError("interrupted");
    if (untilMs > firstMs) throw new EngineError("changed", `run ${runId} goes on elsewhere (${holder})`);
    await sleep(pauseMs);
  }
}

const pauseMs = 1000;
