import type { Database } from "../../store/database.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { RolloutTrack } from "../../store/tracks.ts";
import { pageTurns } from "../../store/page-turns.ts";
import { slipTeller } from "../slips.ts";
import { answerText } from "../answers.ts";
import { sampleNote } from "../sentences/page.ts";
import type { TranscriptRollout, Transcripts } from "./schema.ts";

/** About 250 bytes a turn: with this many the page stays well under 5 MB. */
const turnsAtMost = 9_000;
/** Of a longer rollout only what lies around its first error. */
const windowTurns = 200;

/**
 * Transcripts of the rollouts that err first, run by run, as many as a page can hold; then one without an error of each
 * run, to compare.
 */
export function sampleTranscripts(
  database: Database,
  runs: readonly RunRecord[],
  tracksOf: (runId: number) => readonly RolloutTrack[],
): Transcripts {
  const share = Math.floor(turnsAtMost / Math.max(1, runs.length));
  let left = 0;
  let isCut = false;
  const rollouts = runs.flatMap((run) => {
    const ranked = rankedRollouts(tracksOf(run.id), run);
    const chosen: TranscriptRollout[] = [];
    const slipsOf = slipTeller(database, run);
    let turns = 0;
    for (const { rollout, firstErrorTurn } of ranked) {
      if (turns >= Math.max(share, 30) || chosen.length >= 40) break;
      const one = transcriptOf(database, run, rollout, firstErrorTurn, slipsOf);
      isCut ||= one.turns.length >= windowTurns;
      turns += one.turns.length;
      chosen.push(one);
    }
    left += ranked.length - chosen.length;
    return chosen;
  });
  const figures = {
    shown: rollouts.length,
    all: rollouts.length + left,
    windowTurns: isCut ? windowTurns : null,
  };
  return { rollouts, sample: left > 0 || isCut ? sampleNote(figures) : null };
}

function rankedRollouts(
  tracks: readonly RolloutTrack[],
  run: RunRecord,
): { rollout: number; firstErrorTurn: number | null }[] {
  const { probe } = run.settings;
  return tracks
    .filter(({ letters }) => letters.length > 0)
    .map(({ rollout, letters }) => {
      const error = letters.search(/[^Rr]/);
      return { rollout, firstErrorTurn: error < 0 ? null : (probe?.[error] ?? error + 1) };
    })
    .toSorted(
      (left, right) =>
        (left.firstErrorTurn ?? Number.MAX_SAFE_INTEGER) - (right.firstErrorTurn ?? Number.MAX_SAFE_INTEGER),
    );
}

function transcriptOf(
  database: Database,
  run: RunRecord,
  rollout: number,
  firstErrorTurn: number | null,
  slipsOf: ReturnType<typeof slipTeller>,
): TranscriptRollout {
  const from = Math.max(1, (firstErrorTurn ?? 1) - windowTurns / 2);
  const rows = pageTurns(database, run.id, rollout, from, windowTurns);
  const render = answerText(run.settings.task);
  const slips = slipsOf?.(rollout);
  return {
    run: run.id,
    rollout,
    label: run.name,
    firstErrorTurn,
    turns: rows.map((row) => ({
      ...row,
      truth: render(row.truth),
      expected: render(row.expected),
      answer: row.answer === null ? null : render(row.answer),
      slip: slips?.get(row.turn) ?? null,
    })),
  };
}
