import { setTimeout as wait } from "node:timers/promises";
import { CoreUse } from "../../src/hardware/cores.ts";

const quietCores = 0.05;
const lookMs = 3_000;

/**
 * Waits until other processes take less than a twentieth of a core, ten minutes at most.
 *
 * @returns cores that others took at the last look, and whether it became quiet
 */
export async function waitForQuiet(limitMs = 10 * 60_000): Promise<{ taken: number; isQuiet: boolean }> {
  const use = new CoreUse();
  const untilMs = performance.now() + limitMs;
  for (;;) {
    await wait(lookMs);
    const taken = use.takenByOthers(null) ?? Number.NaN;
    if (taken < quietCores) return { taken, isQuiet: true };
    if (performance.now() > untilMs) return { taken, isQuiet: false };
  }
}
