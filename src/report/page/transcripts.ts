import { type ReadTranscripts, windowTurns } from "../../reading/transcripts.ts";
import { answerText } from "../words/answers.ts";
import { sampleNote } from "../sentences/page.ts";
import { slipTeller } from "../slips/slips.ts";
import type { TranscriptRollout, Transcripts } from "./page-schema.ts";

/** Rollouts as a reader sees them, and a note where they are not all. */
export function transcriptsOf(read: readonly ReadTranscripts[]): Transcripts {
  const rollouts = read.flatMap(transcriptsOfRun);
  const all = read.reduce((sum, one) => sum + one.all, 0);
  const isCut = rollouts.some(({ turns }) => turns.length >= windowTurns);
  const figures = { shown: rollouts.length, all, windowTurns: isCut ? windowTurns : null };
  return { rollouts, sample: all > rollouts.length || isCut ? sampleNote(figures) : null };
}

function transcriptsOfRun({ run, rollouts, wrong: first }: ReadTranscripts): TranscriptRollout[] {
  const slipsOf = slipTeller(run, first);
  const render = answerText(run.settings);
  return rollouts.map(({ rollout, firstErrorTurn, turns, wrong }) => {
    const slips = slipsOf?.(rollout, wrong);
    return {
      run: run.id,
      rollout,
      label: run.name,
      firstErrorTurn,
      turns: turns.map((row) => ({
        ...row,
        truth: render(row.truth),
        expected: render(row.expected),
        answer: row.answer === null ? null : render(row.answer),
        slip: slips?.get(row.turn) ?? null,
      })),
    };
  });
}
