import type { Database } from "../store/database.ts";
import { misplacedBatches } from "../store/remeasured.ts";
import { storedTimes } from "../store/stored-rows.ts";
import type { Findings } from "./findings.ts";
import { checkTimes } from "./times.ts";

/** Checks times that were taken again: each belongs to a turn or a batch of the run, whose work it was. */
export function checkRemeasured(database: Database, runId: number, findings: Findings): void {
  for (const times of storedTimes(database, runId)) {
    const place = { rollout: times.rollout, turn: times.turn };
    findings.seal("turn-seal", "times that were taken again are not as they were written", times.seal, place);
    if (times.decodedTokens === null)
      findings.add("times", "turn that was measured again", "a turn of the run", "none", place);
    checkTimes(times, findings, place);
  }
  for (const batch of misplacedBatches(database, runId))
    findings.add("batches", `work of batch ${batch}`, "that of the batch which it names", "another");
}
