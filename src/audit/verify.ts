import { messageOf } from "../errors.ts";
import type { TokenTexts } from "../gguf/token-text.ts";
import {
  countTurns,
  templateText,
  orphanRollouts,
  type StoredRollout,
  type StoredTurn,
  storedRollouts,
  storedRun,
  storedTurns,
} from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import type { RunRecord, RunStatus } from "../store/rows.ts";
import { type BatchClaims, checkBatches } from "./batches.ts";
import { type Finding, Findings, type NotChecked } from "./findings.ts";
import { ModelFiles } from "./model-file.ts";
import { checkPlan, type Plan } from "./plan.ts";
import { replayOf } from "./judge-again.ts";
import { TokenChecks } from "./tokens.ts";
import { checkTurns } from "./turns.ts";

export interface VerifiedRun {
  readonly run: number;
  readonly name: string;
  readonly status: RunStatus | "unreadable";
  readonly turns: number;
  readonly holds: boolean;
  /** At most 20 for each check. */
  readonly findings: readonly Finding[];
  /** How many more there are, by check. */
  readonly more: Readonly<Record<string, number>>;
  readonly notChecked: readonly NotChecked[];
}

/** What is told while it goes on, for progress. */
export interface VerifyView {
  onHash(name: string, doneBytes: number, totalBytes: number): void;
  onTurns(done: number, total: number): void;
}

/** Checks runs one after the other against everything that can be computed again; changes nothing. */
export async function verifyRuns(
  database: Database,
  runIds: readonly number[],
  view: VerifyView,
): Promise<VerifiedRun[]> {
  const files = new ModelFiles((...progress) => view.onHash(...progress));
  const total = runIds.reduce((sum, id) => sum + countTurns(database, id), 0);
  let done = 0;
  const onTurns = (turns: number): void => {
    done += turns;
    view.onTurns(done, total);
  };
  const verified: VerifiedRun[] = [];
  for (const id of runIds) verified.push(await verifyRun(database, id, files, onTurns));
  return verified;
}

async function verifyRun(
  database: Database,
  id: number,
  files: ModelFiles,
  onTurns: (turns: number) => void,
): Promise<VerifiedRun> {
  const findings = new Findings(id);
  let run: RunRecord | null;
  try {
    run = getRun(database, id);
  } catch (error) {
    findings.add("settings", "the run's row", "JSON in its lists and settings", messageOf(error));
    return result(database, id, null, findings);
  }
  if (run === null) return result(database, id, null, findings);
  const texts = await files.check(run, templateText(database, id), findings);
  const record = run;
  // One snapshot: a run may still be writing.
  database.transaction(() => checkRows(database, record, texts, findings, onTurns))();
  return result(database, id, run, findings);
}

function result(database: Database, id: number, run: RunRecord | null, findings: Findings): VerifiedRun {
  return {
    run: id,
    name: run?.name ?? "",
    status: run?.status ?? "unreadable",
    turns: countTurns(database, id),
    holds: findings.holds,
    findings: findings.listed,
    more: findings.more,
    notChecked: findings.notChecked,
  };
}

function checkRows(
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
    lastBatch: -1,
    prefilledTokens: 0,
    steppedTokens: 0,
    isWhole: true,
    hasGivenTokens: false,
    isTold: true,
  };
  // Before versions were recorded there was only the first.
  const recordedBy = Number(run.versions["parser"] ?? 1);
  for (const rollout of rollouts) {
    const turns = storedTurns(database, run.id, rollout.rollout);
    checkRollout(run, plan, rollout, turns, findings);
    const instance = plan?.instances[rollout.rollout] ?? null;
    checkTurns(replay, rollout.rollout, instance, turns, recordedBy, findings);
    for (const turn of turns) {
      tokens.check(turn);
      claim(claims, turn);
    }
    claims.isWhole &&= rollout.end === "complete" || rollout.end === "context_full";
    onTurns(turns.length);
  }
  checkBatches(database, run.id, claims, findings);
}

function claim(claims: BatchClaims, turn: StoredTurn): void {
  const { lastBatch, prefilledTokens, decodedTokens, tokenIds } = turn;
  if (lastBatch === null || prefilledTokens === null || decodedTokens === null) {
    claims.isTold = false;
    return;
  }
  claims.lastBatch = Math.max(claims.lastBatch, lastBatch);
  // Ids that close reasoning for the model are among its own, but it did not decode them.
  const ids = Array.isArray(tokenIds) ? tokenIds.length : 0;
  const given = Math.max(0, ids - decodedTokens);
  claims.prefilledTokens += prefilledTokens + given;
  claims.hasGivenTokens ||= given > 0;
  claims.steppedTokens += decodedTokens - 1;
}

function checkRollouts(
  database: Database,
  run: RunRecord,
  rollouts: readonly StoredRollout[],
  findings: Findings,
): void {
  const { settings, status } = run;
  rollouts.forEach(({ rollout }, index) => {
    if (rollout !== index) findings.add("rollouts", "rollout", index, rollout, { rollout });
  });
  for (const rollout of orphanRollouts(database, run.id))
    findings.add("rollouts", "row of the rollout", "one", "none", { rollout });
  if (rollouts.length > settings.rollouts || (status === "complete" && rollouts.length < settings.rollouts))
    findings.add("rollouts", "rollouts begun", settings.rollouts, rollouts.length);
}

function checkRollout(
  run: RunRecord,
  plan: Plan | null,
  stored: StoredRollout,
  turns: readonly StoredTurn[],
  findings: Findings,
): void {
  const { rollout, end, dictionary, seal } = stored;
  const place = { rollout };
  // Sealed when it ends; a killed process leaves it open until the file is written to again.
  if (end !== null) findings.seal("rollout-seal", "the rollout's row, or which turns it has", seal, place);
  else if (run.status === "complete") findings.add("rollouts", "end", "an end", "none", place);
  const instance = plan?.instances[rollout];
  if (instance !== undefined) {
    const drawn = JSON.stringify(instance.dictionary.map(({ key, value }) => [key, value]));
    findings.equal("dictionary", "dictionary", drawn, dictionary, place);
  }
  const { turns: planned, probe, until } = run.settings;
  const asked = turns.filter(({ attempt }) => attempt === 1);
  const most = probe?.length ?? planned;
  const hasStopped = until === "first-error" && asked.at(-1)?.verdicts.at(-1)?.turnCorrect === false;
  if (end === "complete" && !hasStopped) findings.equal("rollouts", "turns", most, asked.length, place);
  else if (asked.length > most) findings.add("rollouts", "turns", `at most ${most}`, asked.length, place);
}
