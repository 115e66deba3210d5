import { storedBatches } from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";
import type { BatchRow, RunRecord } from "../store/rows.ts";
import { sessionsOf } from "../store/sessions.ts";
import type { Findings } from "./findings.ts";
import { checkRemeasured } from "./remeasured.ts";

/** What the turns say of batches, added up while they are read. */
export interface BatchClaims {
  /** Of the turns that each session played (0: that which began the run), the last batch that they name. */
  readonly lastBatch: Map<number, number>;
  prefilledTokens: number;
  /** Decoded tokens without the first of each turn, which comes out of the prefill. */
  steppedTokens: number;
  /** Whether every turn that was begun was finished, so that the sums must be equal. */
  isWhole: boolean;
  /** Whether every turn tells its batches and tokens. */
  isTold: boolean;
  /**
   * Whether reasoning was closed for the model, so that a batch may hold tokens that it did not generate beside those
   * that it did.
   */
  hasGivenTokens: boolean;
}

/** Checks that batches are in order, do not overlap, and hold the tokens that the turns say. */
export function checkBatches(
  database: Database,
  { id: runId, settings }: Pick<RunRecord, "id" | "settings">,
  claims: BatchClaims,
  findings: Findings,
): void {
  const sessions = sessionsOf(database, runId);
  for (const { session, seal } of sessions) findings.seal("run-seal", `session ${session}`, seal);
  const sessionOf = (batch: number): number =>
    sessions.findLast(({ firstBatch }) => firstBatch <= batch)?.session ?? 0;
  const playing = sessions.filter(({ rebuilt }) => rebuilt !== "times");
  const lastPlaying = playing.at(-1)?.session ?? 0;
  // Samples of a turn that a session left unfinished were drawn again.
  claims.isWhole &&= playing.length === 0 || settings.votes === "none";
  const starts = new Set(sessions.map(({ firstBatch }) => firstBatch));
  let before: BatchRow | null = null;
  let count = 0;
  let prefilled = 0;
  let stepped = 0;
  let isSealed = true;
  for (const batch of storedBatches(database, runId)) {
    findings.equal("batches", "number of the batch", count, batch.index);
    count++;
    const session = sessionOf(batch.index);
    const isPlayed = session === 0 || playing.some((one) => one.session === session);
    findings.equal(
      "batches",
      `whether batch ${batch.index} only took times`,
      !isPlayed,
      batch.phase === "remeasure",
    );
    checkBatch(batch, starts.has(batch.index) ? null : before, claims.hasGivenTokens, findings);
    isSealed = batch.seal !== null;
    if (batch.seal !== null)
      findings.seal("batch-seal", `batches recorded together, up to batch ${batch.index}`, batch.seal);
    // What a session had begun when it stopped was done again by the next one.
    const isLost = session < lastPlaying && batch.index > lastOf(claims, session);
    if (batch.phase === "run" && !isLost) {
      prefilled += batch.prefillTokens;
      stepped += batch.decodeTokens;
    }
    before = batch;
  }
  checkRemeasured(database, runId, findings);
  if (!isSealed) findings.skip("seals", "some rows were written before there were seals");
  const last = Math.max(-1, ...claims.lastBatch.values());
  if (last >= count) findings.add("batches", "last batch that a turn names", `below ${count}`, last);
  if (!claims.isTold) {
    findings.skip("batches against turns", "this engine gave no batches or no tokens of some turns");
  } else if (claims.isWhole) {
    findings.equal("batches", "prefilled tokens of all turns", prefilled, claims.prefilledTokens);
    findings.equal("batches", "decoded tokens of all turns after their first", stepped, claims.steppedTokens);
  } else if (claims.prefilledTokens > prefilled || claims.steppedTokens > stepped) {
    findings.add(
      "batches",
      "prefilled and decoded tokens of all turns",
      `at most ${prefilled} and ${stepped}`,
      `${claims.prefilledTokens} and ${claims.steppedTokens}`,
    );
  }
}

function lastOf({ lastBatch }: BatchClaims, session: number): number {
  return lastBatch.get(session) ?? -1;
}

function checkBatch(batch: BatchRow, before: BatchRow | null, mayBeMixed: boolean, findings: Findings): void {
  const { index, startMs, endMs, conversations, prefillTokens, decodeTokens } = batch;
  const here = `batch ${index}`;
  if (!(endMs >= startMs)) findings.add("batches", `end of ${here}`, `${startMs} ms or later`, endMs);
  if (before !== null && !(startMs >= before.endMs))
    findings.add("batches", `start of ${here}`, `${before.endMs} ms or later`, startMs);
  if (before?.phase === "run" && batch.phase !== "rebuild")
    findings.equal("batches", `phase of ${here}`, "run", batch.phase);
  if (conversations < 1 || Math.min(prefillTokens, decodeTokens) < 0)
    findings.add("batches", here, "a conversation at least, no count below 0", {
      conversations,
      prefillTokens,
      decodeTokens,
    });
  // Outside the run, checks at the start evaluate as they like.
  if (batch.phase !== "run") return;
  if (prefillTokens > 0) {
    if (!mayBeMixed || decodeTokens > conversations)
      findings.equal("batches", `decode tokens of the prefill ${here}`, 0, decodeTokens);
  } else findings.equal("batches", `decode tokens of ${here}`, conversations, decodeTokens);
}
