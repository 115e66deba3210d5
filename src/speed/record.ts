import { timestamp } from "../clock.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { weightBytesPerStep } from "../gguf/weights-read.ts";
import { describeMachine } from "../hardware/machine.ts";
import { type MemorySpeed, measureMemorySpeed } from "../hardware/memory-speed.ts";
import { packageVersion } from "../runs/shipped.ts";
import { recordMachine } from "../store/append.ts";
import type { Database } from "../store/database.ts";
import { recordSpeedTest } from "../store/speed-tests.ts";
import type { Measured } from "./asked.ts";

/** Writes rows of this machine. Its memory is measured once, before anything else runs, where anything is told by it. */
export async function recorderOf(
  database: Database,
  needsMemory: boolean,
  signal: AbortSignal,
): Promise<(modelId: number, model: CheckedModel, measured: Measured) => Promise<number>> {
  const machineId = recordMachine(database, await describeMachine());
  const memory: MemorySpeed | null = needsMemory ? await measureMemorySpeed(signal) : null;
  const versions = { longhaul: packageVersion(), node: process.version };
  return async (modelId, model, measured) =>
    recordSpeedTest(database, {
      ...measured,
      at: timestamp(),
      machineId,
      modelId,
      versions: { ...versions, ...measured.versions },
      facts: {
        ...measured.facts,
        weightBytesPerStep: await weightBytesPerStep(model, measured.settings.conversations),
        memory,
      },
    });
}
