import type { Candidate, PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { chosenNumber } from "./tune-choice.ts";
import { withParallel } from "./fit.ts";
import { mostTried } from "./tune-plan.ts";
import { becauseOf, measuringFailed } from "./tune-words.ts";
import { type Found, Tuner } from "./tuner.ts";
import type { RunView } from "./view.ts";

/** Prepares the models that are to play with the same number of conversations at a time. */
export type ModelsTogether = () => Promise<readonly Candidate[]>;

/**
 * Where it was not asked for, the number of conversations at a time that serves all models that are measured together:
 * the fastest by what was measured before or is measured now, else as many as memory holds of the usual number. Every
 * model plays with the same, since answers can depend on it.
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
  const all = (together === undefined ? candidates : await together()).filter(isPrepared);
  const most = Math.min(mostTried, ...all.map(({ fit }) => fit.parallelMost));
  const usual = Math.min(...all.map(({ fit }) => fit.parallel));
  const tuner = new Tuner(request, view, most);
  const found = new Map<string, Found>();
  for (const candidate of all) found.set(candidate.model.path, await tuner.find(candidate));
  const measurements = [...found.values()].flatMap(({ finding }) =>
    "measurement" in finding ? [finding.measurement] : [],
  );
  const choice = { parallel: chosenNumber(measurements, usual, most), isForAll: all.length > 1 };
  return candidates.map((candidate) => {
    const of = isPrepared(candidate) ? found.get(candidate.model.path) : undefined;
    return of === undefined || !isPrepared(candidate) ? candidate : fitted(candidate, of, choice);
  });
}

function fitted(
  candidate: PreparedModel,
  { finding, failure }: Found,
  choice: { readonly parallel: number; readonly isForAll: boolean },
): PreparedModel {
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

function isPrepared(candidate: Candidate): candidate is PreparedModel {
  return !("error" in candidate);
}
