import { sha256Of } from "../sha256.ts";
import { promptHashOf } from "../settings/wording.ts";
import { packageVersion } from "../runs/shipped.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { storedText } from "../store/stored-rows.ts";
import type { Findings } from "./findings.ts";

/**
 * The wording may change from version to version: whether this version's is the one that was asked can then be told by the
 * version that made the run alone; whether the text that was kept has its hash can be told at any time.
 */
export function checkPrompt(database: Database, run: RunRecord, findings: Findings): void {
  const kept = storedText(database, run.promptHash);
  if (kept !== null)
    findings.equal("prompt-hash", "hash of the text that was kept", sha256Of(kept), run.promptHash);
  const hash = promptHashOf(run);
  const version = run.versions["longhaul"] ?? "unknown";
  if (hash !== run.promptHash && version !== packageVersion())
    findings.skip(
      "prompt hash",
      `the wording is that of Longhaul ${version}, and this is ${packageVersion()}`,
    );
  else findings.equal("prompt-hash", "prompt_hash", hash, run.promptHash);
}
