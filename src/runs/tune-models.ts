import { speedNames } from "../reading/rates.ts";
import { isEqual, type Settings } from "../settings/settings.ts";
import { blockOf } from "../settings/shard.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Candidate, PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { chosenNumber } from "./tune-choice.ts";
import { withParallel } from "./fit.ts";
import { mostTried } from "./tune-plan.ts";
import { becauseOf, type Choice, measuringFailed, type Room } from "./tune-words.ts";
import { type Found, Tuner } from "./tuner.ts";
import type { RunView } from "./view.ts";

/** How many conversations at a time were decided on for runs of so many rollouts. */
export interface Decision {
  readonly parallel: number;
  readonly rollouts: number;
}

/** What that went by, by the models' paths; null: it was decided for another arm. */
interface Decided extends Decision {
  readonly found: ReadonlyMap<string, Found> | null;
}

/** Where all rollouts were played at once, nothing was decided for runs of more. */
export function stands(decision: Decision, { settings }: Pick<RunRequest, "settings">): boolean {
  return decision.parallel < decision.rollouts || blockOf(settings).count <= decision.rollouts;
}

/** What runs played with that left it open, under settings of like speed. */
export function decisionsOf(runs: readonly RunRecord[], wanted: Settings): Decision[] {
  return runs.flatMap(({ status, model, parallel, settings }) =>
    status === "complete" &&
    model !== null &&
    parallel !== null &&
    settings.parallel === "auto" &&
    speedNames.every((name) => isEqual(settings[name], wanted[name]))
      ? [{ parallel, rollouts: blockOf(settings).count }]
      : [],
  );
}

/** Models that are to play with the same number of conversations at a time, in one run after the other. */
export interface ModelsTogether {
  /** Prepares them; null: the model of the request alone. */
  readonly prepare: (() => Promise<readonly Candidate[]>) | null;
  /** What stands from before; null: nothing. */
  decided(): Decided | null;
  decide(decided: Decided): void;
}

/**
 * Where it was not asked for, the number of conversations at a time that serves all models that are measured together:
 * what was decided before for runs like this one; else the fastest by what was measured before or is measured now; else
 * as many as memory holds of the usual number. Every model plays with the same, since answers can depend on it.
 *
 * @param view told while it is measured; null: nothing is measured, and nothing written
 * @param together absent: the candidates themselves
 * @returns the models fitted to it
 * @throws InterruptedError when an interrupt ends the measuring
 */
export async function chooseConversations(
  request: RunRequest,
  candidates: readonly Candidate[],
  view: RunView | null,
  together?: ModelsTogether,
): Promise<readonly Candidate[]> {
  if (request.settings.parallel !== "auto" || !candidates.some(isPrepared)) return candidates;
  const all = ((await together?.prepare?.()) ?? candidates).filter(isPrepared);
  if (all.length === 0) return candidates;
  const room = roomOf(all, blockOf(request.settings).count);
  let decided = together?.decided() ?? null;
  if (decided === null) {
    decided = await decide(request, all, room, view);
    together?.decide(decided);
  }
  const choice = { ...room, parallel: Math.min(decided.parallel, room.most), isForAll: all.length > 1 };
  const known: Decided = decided;
  return candidates.map((one) => (isPrepared(one) ? fitted(one, known, choice) : one));
}

async function decide(
  request: RunRequest,
  all: readonly PreparedModel[],
  { most }: Room,
  view: RunView | null,
): Promise<Decided> {
  const usual = Math.min(...all.map(({ fit }) => fit.parallel));
  const tuner = new Tuner(request, view, most);
  const found = new Map<string, Found>();
  for (const candidate of all) found.set(candidate.model.path, await tuner.find(candidate));
  const measurements = [...found.values()].flatMap(({ finding }) =>
    "measurement" in finding ? [finding.measurement] : [],
  );
  const parallel = chosenNumber(measurements, usual, most);
  return { parallel, rollouts: blockOf(request.settings).count, found };
}

function roomOf(all: readonly PreparedModel[], rollouts: number): Room {
  const most = Math.min(mostTried, ...all.map(({ fit }) => fit.parallelMost));
  if (most >= rollouts) return { most, limit: "rollouts" };
  return { most, limit: all.some(({ fit }) => fit.memory === null) ? "unknown" : "memory" };
}

function fitted(candidate: PreparedModel, { parallel, found }: Decided, choice: Choice): PreparedModel {
  const own = found === null ? likeArms(parallel) : found.get(candidate.model.path);
  if (own === undefined) return candidate;
  const { finding, failure } = own;
  const fit = withParallel(candidate.fit, choice.parallel);
  const warnings = failure === null ? [] : [measuringFailed(choice.parallel, failure)];
  return {
    ...candidate,
    fit: { ...fit, warnings: [...fit.warnings, ...warnings] },
    chosen: {
      conversationsTried: "measurement" in finding ? finding.measurement.tried.slice() : [],
      parallelBecause: becauseOf(finding, choice),
    },
  };
}

function likeArms(parallel: number): Found {
  return { finding: { likeArms: parallel }, failure: null };
}

function isPrepared(candidate: Candidate): candidate is PreparedModel {
  return !("error" in candidate);
}
