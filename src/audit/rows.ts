import type { TokenTexts } from "../gguf/token-text.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { type StoredTurn, storedRollouts, storedRun, storedTurns } from "../store/stored-rows.ts";
import { recordedBy } from "../store/verdicts.ts";
import { type BatchClaims, checkBatches } from "./batches.ts";
import type { Findings } from "./findings.ts";
import { replayOf } from "./judge-again.ts";
import { checkPlan } from "./plan.ts";
import { checkRollout, checkRollouts } from "./rollouts.ts";
import { TokenChecks } from "./tokens.ts";
import { checkTurns } from "./turns.ts";

/**
 * Checks every row of a run against the seed, the texts and each other.
 *
 * @param texts what its model's tokens stand for; null: unknown, so answers' tokens are not checked
 * @param onTurns told how many turns were checked, a rollout at a time
 */
export function checkRows(
  database: Database,
  run: RunRecord,
  texts: TokenTexts | null,
  findings: Findings,
  onTurns: (turns: number) => void,
): void {
  const stored = storedRun(database, run.id);
  if (stored === null) return;
  const what = "the run's row, its model's or machine's, or which rollouts and batches it has";
  findings.seal("run-seal", what, stored.seal);
  const plan = checkPlan(database, run, stored.row, findings);
  const replay = plan === null ? null : replayOf(database, run, plan.task);
  const rollouts = storedRollouts(database, run.id);
  checkRollouts(database, run, rollouts, findings);
  const tokens = new TokenChecks(run, texts, findings);
  const claims: BatchClaims = {
    lastBatch: new Map(),
    prefilledTokens: 0,
    steppedTokens: 0,
    isWhole: true,
    hasGivenTokens: false,
    isTold: true,
  };
  for (const rollout of rollouts) {
    const turns = storedTurns(database, run.id, rollout.rollout);
    checkRollout(run, plan, rollout, turns, findings);
    const instance = plan?.instances[rollout.rollout] ?? null;
    checkTurns(replay, rollout.rollout, instance, turns, recordedBy(run), findings);
    for (const turn of turns) {
      tokens.check(turn);
      claim(claims, turn);
    }
    claims.isWhole &&= rollout.end === "complete" || rollout.end === "context_full";
    onTurns(turns.length);
  }
  checkBatches(database, run, claims, findings);
}

function claim(claims: BatchClaims, turn: StoredTurn): void {
  const { lastBatch, prefilledTokens, decodedTokens, tokenIds } = turn;
  const session = turn.session ?? 0;
  if (lastBatch === null || prefilledTokens === null || decodedTokens === null) {
    claims.isTold = false;
    return;
  }
  claims.lastBatch.set(session, Math.max(claims.lastBatch.get(session) ?? -1, lastBatch));
  // Ids that close reasoning for the model are among its own, but it did not decode them.
  const ids = Array.isArray(tokenIds) ? tokenIds.length : 0;
  const given = Math.max(0, ids - decodedTokens);
  claims.prefilledTokens += prefilledTokens + given;
  claims.hasGivenTokens ||= given > 0;
  claims.steppedTokens += decodedTokens - 1;
}
