/** What one rollout answered, turn by turn; equal instances of two samples are a pair. */
export interface TurnAnswers {
  readonly instance: string;
  /** Its dictionary's text, or another name that equal texts share. Absent: its own. */
  readonly dictionary?: string;
  /** Element i is turn i + 1: whether it was as wanted (right, readable, ...); null: not asked, or not had. */
  readonly answers: readonly (boolean | null)[];
  /**
   * The first turn that the rollout lacks because its own context was full or its engine failed; null or absent:
   * none.
   */
  readonly cutFrom?: number | null;
}

/** What one sample's rollout of an instance adds. */
export interface Side {
  /** Turns that count. */
  readonly n: number;
  readonly correct: number;
  /** Sum over its turns of the other sample's share of all answers there, and of those right: weights of the share. */
  readonly weight: number;
  readonly weightRight: number;
  /** Right turns beyond those expected if both samples were alike: sum of (right - share of all there). */
  readonly excess: number;
}

/** An instance, and what either sample did there; a side without a turn that counts is null. */
export interface MatchedInstance {
  readonly dictionary: string;
  readonly first: Side | null;
  readonly second: Side | null;
  /** Turns that one side alone got right; null where only one of them played it. */
  readonly alone: Readonly<Record<"first" | "second", number>> | null;
}

export interface Matched {
  readonly instances: readonly MatchedInstance[];
  /** Rollouts that a cut of their own took turns from that would have counted. */
  readonly cuts: number;
}

/**
 * Both samples at equal turns: of an instance that both played, the turns that both answered; of others, all of theirs.
 *
 * @param turns that count; null: all up to `planned`
 * @param isFirstRight what is taken of turns that cut rollouts lack: right for the first and wrong for the second, the
 *   other way round, or null: they do not count
 */
export function matchTurns(
  first: readonly TurnAnswers[],
  second: readonly TurnAnswers[],
  turns: ReadonlySet<number> | null,
  planned: number,
  isFirstRight: boolean | null,
): Matched {
  const counted = (sample: readonly TurnAnswers[], isRight: boolean | null) =>
    new Map(sample.map((rollout) => [rollout.instance, countedTurns(rollout, turns, planned, isRight)]));
  const [mine, theirs] = [
    counted(first, isFirstRight),
    counted(second, isFirstRight === null ? null : !isFirstRight),
  ];
  const dictionaries = new Map<string, string | undefined>();
  for (const { instance, dictionary } of [...first, ...second])
    dictionaries.set(instance, dictionary ?? dictionaries.get(instance));
  const pairs = [...dictionaries].map(([instance, dictionary]) => {
    const [left, right] = [mine.get(instance) ?? null, theirs.get(instance) ?? null];
    const isPair = left !== null && right !== null;
    return {
      dictionary: dictionary ?? instance,
      isPair,
      first: isPair ? onlyWhere(left.answers, right.answers) : (left?.answers ?? []),
      second: isPair ? onlyWhere(right.answers, left.answers) : (right?.answers ?? []),
    };
  });
  const totals = [pairs.map((pair) => pair.first), pairs.map((pair) => pair.second)].map(totalsOf);
  const [one, other] = totals;
  return {
    instances: pairs
      .map((pair) => ({
        dictionary: pair.dictionary,
        first: sideOf(pair.first, one, other),
        second: sideOf(pair.second, other, one),
        alone: pair.isPair
          ? { first: countAlone(pair.first, pair.second), second: countAlone(pair.second, pair.first) }
          : null,
      }))
      .filter((pair) => pair.first !== null || pair.second !== null),
    cuts: [...mine.values(), ...theirs.values()].filter(({ isMissing }) => isMissing).length,
  };
}

type Answers = readonly (boolean | null)[];

function countedTurns(
  { answers, cutFrom = null }: TurnAnswers,
  turns: ReadonlySet<number> | null,
  planned: number,
  isRight: boolean | null,
): { answers: Answers; isMissing: boolean } {
  let isMissing = false;
  const counted = Array.from({ length: planned }, (_, index) => {
    if (turns !== null && !turns.has(index + 1)) return null;
    const answer = answers[index] ?? null;
    if (answer !== null || cutFrom === null || index + 1 < cutFrom) return answer;
    isMissing = true;
    return isRight;
  });
  return { answers: counted, isMissing };
}

/** How many of these are right where the partner's are wrong. */
function countAlone(answers: Answers, partner: Answers): number {
  return answers.filter((answer, index) => answer === true && partner[index] === false).length;
}

function onlyWhere(answers: Answers, partner: Answers): Answers {
  return answers.map((answer, index) => ((partner[index] ?? null) === null ? null : answer));
}

interface TurnTotals {
  readonly n: readonly number[];
  readonly correct: readonly number[];
}

function totalsOf(sample: readonly Answers[]): TurnTotals {
  const n: number[] = [];
  const correct: number[] = [];
  for (const answers of sample)
    for (let index = 0; index < answers.length; index++) {
      const answer = answers[index] ?? null;
      if (answer === null) continue;
      n[index] = (n[index] ?? 0) + 1;
      correct[index] = (correct[index] ?? 0) + (answer ? 1 : 0);
    }
  return { n, correct };
}

function sideOf(answers: Answers, own: TurnTotals | undefined, other: TurnTotals | undefined): Side | null {
  const side = { n: 0, correct: 0, weight: 0, weightRight: 0, excess: 0 };
  for (let index = 0; index < answers.length; index++) {
    const answer = answers[index] ?? null;
    const others = other?.n[index] ?? 0;
    // A turn that the other sample lacks altogether says nothing of the difference.
    if (answer === null || others === 0) continue;
    const all = others + (own?.n[index] ?? 0);
    const share = ((own?.correct[index] ?? 0) + (other?.correct[index] ?? 0)) / all;
    side.n++;
    side.weight += others / all;
    side.excess += (answer ? 1 : 0) - share;
    if (!answer) continue;
    side.correct++;
    side.weightRight += others / all;
  }
  return side.n === 0 ? null : side;
}
