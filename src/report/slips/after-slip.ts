import { afterSlip } from "../../metrics/after-slip.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { RolloutAnswers, RolloutTrack } from "../../store/tracks.ts";
import { unknown } from "../words/numbers.ts";
import { isRight } from "../../figures/tallies.ts";
import type { AfterSlipFigures, RunSummary } from "../../figures/run-schema.ts";
import { afterSlipFound, afterSlipUnknown, neverRightAgain, nextAfterSlip } from "../sentences/slips.ts";
import { counted } from "../words/words.ts";
import { outcomeClasses } from "../../store/rows.ts";

/** A run as far as it tells what comes after a slip. */
export interface AnsweredRun {
  /** As documents name it. */
  readonly id: string;
  readonly run: Pick<RunRecord, "settings">;
  readonly tracks: readonly RolloutTrack[];
  readonly answers: readonly RolloutAnswers[];
}

/** What comes after the first slip, over runs alike; null where it was not played: single turns, or the end at an error. */
export function afterSlipOf(runs: readonly AnsweredRun[]): AfterSlipFigures | null {
  if (runs.length === 0 || runs.some(({ run }) => whyUnknown(run.settings) !== null)) return null;
  const rollouts = runs.flatMap(({ id, tracks, answers }) => {
    const texts = new Map(answers.map((one) => [one.rollout, one.answers]));
    return tracks.map(({ rollout, letters, dictionary }) => ({
      id,
      rollout,
      ...answered(letters, texts.get(rollout) ?? ""),
      ...(dictionary === undefined ? {} : { dictionary }),
    }));
  });
  const { longestRepeat, ...figures } = afterSlip(rollouts);
  const where = longestRepeat === null ? undefined : rollouts[longestRepeat.rollout];
  const found = {
    ...figures,
    longestRepeat:
      longestRepeat === null || where === undefined
        ? null
        : { turns: longestRepeat.turns, run: where.id, rollout: where.rollout, turn: longestRepeat.turn },
  };
  return { ...found, finding: findingOf(found) };
}

/** The texts of a rollout's answers come separated by commas, one for each letter. */
function answered(letters: string, answers: string) {
  return {
    right: Array.from(letters, (letter) => isRight(letter.charCodeAt(0))),
    answers: answers.split(","),
  };
}

/** Rows of a run's figures; none where no rollout slipped. */
export function afterSlipRows({ afterSlip: found, settings, outcomes }: RunSummary): string[][] {
  const title = "after a slip";
  if (found === null) {
    const reason = whyUnknown(settings);
    return reason === null || !hasErrors(outcomes) ? [] : [[title, afterSlipUnknown(reason)]];
  }
  if (found.slipped === 0) return [];
  if (found.followed === 0) return [[title, afterSlipUnknown("last-turn")]];
  const { next, before, longestRepeat } = found;
  return [
    [title, nextAfterSlip(next, before)],
    ["longest repeat", longestRepeat === null ? unknown : counted(longestRepeat.turns, "turn")],
    ["right again", neverRightAgain(found)],
  ];
}

/** One sentence for a row of a comparison; null where nothing slipped. */
export function afterSlipSentence({
  afterSlip: found,
  settings,
  outcomes,
}: Pick<RunSummary, "settings" | "outcomes"> & { readonly afterSlip: AfterSlipFigures | null }):
  | string
  | null {
  if (found === null) {
    const reason = whyUnknown(settings);
    return reason === null || !hasErrors(outcomes) ? null : `After a slip: ${afterSlipUnknown(reason)}.`;
  }
  return found.finding;
}

function findingOf(found: Omit<AfterSlipFigures, "finding">): string | null {
  if (found.slipped === 0) return null;
  return found.followed === 0 ? `After a slip: ${afterSlipUnknown("last-turn")}.` : afterSlipFound(found);
}

function whyUnknown({ probe, until }: Pick<RunSummary["settings"], "probe" | "until">) {
  if (probe !== null) return "probe" as const;
  return until === "first-error" ? ("first-error" as const) : null;
}

function hasErrors(outcomes: RunSummary["outcomes"]): boolean {
  return outcomeClasses.some((name) => name !== "right" && outcomes[name] > 0);
}
