import { blockOf } from "../settings/shard.ts";
import type { Database } from "../store/database.ts";
import { identitySeal } from "../store/identity.ts";
import type { RunRecord } from "../store/rows.ts";
import { orphanRollouts, type StoredRollout, type StoredTurn } from "../store/stored-rows.ts";
import type { Findings } from "./findings.ts";
import type { Plan } from "./plan.ts";

/** Whether a run has its name and the rollouts that it should, numbered from its share's first, and no turn without one. */
export function checkRollouts(
  database: Database,
  run: RunRecord,
  rollouts: readonly StoredRollout[],
  findings: Findings,
): void {
  const { first, count } = blockOf(run.settings);
  const name = identitySeal(database, run.id);
  if (name === null) findings.add("run-seal", "uid of the run", "one", "none");
  else findings.seal("run-seal", "uid of the run", name);
  rollouts.forEach(({ rollout }, index) => {
    const number = first + index;
    if (rollout !== number) findings.add("rollouts", "rollout", number, rollout, { rollout });
  });
  for (const rollout of orphanRollouts(database, run.id))
    findings.add("rollouts", "row of the rollout", "one", "none", { rollout });
  // A run that was stopped at the floor of form is complete without those that were not begun.
  const isStopped = rollouts.some(({ end }) => end === "floor");
  const isWhole = run.status === "complete" && !isStopped;
  if (rollouts.length > count || (isWhole && rollouts.length < count))
    findings.add("rollouts", "rollouts begun", count, rollouts.length);
}

/** Whether a rollout ended as its turns say, and has the dictionary that the seed gives it. */
export function checkRollout(
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
