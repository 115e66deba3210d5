import type { ClusteredTally } from "../metrics/accuracy.ts";
import { isIndexCorrect, outcomeOf, type RolloutTrack } from "../store/tracks.ts";

/** How many turns of each rollout were right. */
export function tallyRollouts(tracks: readonly RolloutTrack[]): ClusteredTally[] {
  return tracks.map(({ letters, dictionary }) => {
    let correct = 0;
    let n = 0;
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      if (!isAsked(code)) continue;
      n++;
      if (isRight(code)) correct++;
    }
    return dictionary === undefined ? { n, correct } : { n, correct, dictionary };
  });
}

/** At each turn that anybody finished: how many did, how many were right given what was shown, and by the truth. */
export function tallyTurns(
  tracks: readonly RolloutTrack[],
): { turn: number; n: number; correct: number; indexCorrect: number }[] {
  const last = tracks.reduce((most, { letters }) => Math.max(most, letters.length), 0);
  const tallies = Array.from({ length: last }, (_, index) => ({
    turn: index + 1,
    n: 0,
    correct: 0,
    indexCorrect: 0,
  }));
  for (const { letters } of tracks) {
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      const tally = tallies[index];
      if (tally === undefined || !isAsked(code)) continue;
      tally.n++;
      if (isRight(code)) tally.correct++;
      if (isIndexCorrect(code)) tally.indexCorrect++;
    }
  }
  return tallies.filter(({ n }) => n > 0);
}

/** How often each class was seen. */
export function tallyOutcomes<Class extends string>(
  tracks: readonly RolloutTrack[],
  classes: readonly Class[],
): Record<Class, number> {
  const byCode = new Map<number, number>();
  for (const { letters } of tracks)
    for (let index = 0; index < letters.length; index++) {
      const code = letters.charCodeAt(index);
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
    }
  const counts = Object.fromEntries(classes.map((name) => [name, 0])) as Record<Class, number>;
  for (const [code, count] of byCode) if (isAsked(code)) counts[outcomeOf(code) as string as Class] += count;
  return counts;
}

/** Turns whose answer could not be read, whatever it was: `correct` counts these. */
export function tallyUnreadable({ letters, dictionary }: RolloutTrack): ClusteredTally {
  const asked = letters.replaceAll(".", "");
  const tally = { n: asked.length, correct: asked.replace(/[RrWw]/g, "").length };
  return dictionary === undefined ? tally : { ...tally, dictionary };
}

const notAsked = ".".charCodeAt(0);

/** Whether the letter stands for a turn that was asked. */
export function isAsked(code: number): boolean {
  return code !== notAsked;
}

/** "R" and "r". */
export function isRight(code: number): boolean {
  return code === 82 || code === 114;
}
