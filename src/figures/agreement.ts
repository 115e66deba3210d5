import { bitsPerWeight, modelFamily } from "../reading/quantizations.ts";
import type { RunRows } from "../reading/rows.ts";
import { instancesOf } from "../reading/identity.ts";
import type { Contender } from "./contender.ts";
import type { Pair } from "./pairs.ts";
import { isAsked, isRight } from "./tallies.ts";
import { composedTurns } from "./turn-answers.ts";

/**
 * How alike two quantizations of one model answered the same turns, on a history that was given: which turns one got right
 * and the other did not, and by how much the one with fewer bits may be worse.
 */
export interface Agreement {
  /** Labels: the one with fewer bits a weight, or in the KV cache, and the one that it is set against. */
  readonly lesser: string;
  readonly reference: string;
  /** Turns that both answered, on the same instances. */
  readonly turns: number;
  /** With the same number in both, or with none that could be read in either. */
  readonly same: number;
  readonly neitherRead: number;
  readonly onlyLesser: number;
  readonly onlyReference: number;
  /** Share of right turns that the reference has more than the lesser one, by the test that decides the pair. */
  readonly worse: number;
  /** 95 %, over instances. Null: too few to tell. */
  readonly low: number | null;
  readonly high: number | null;
}

/** @returns null unless turn accuracy decides between two that are one model, of which the answers were read */
export function agreementOf({
  ahead,
  behind,
  turns,
  decidedBy,
  turnsTest,
}: Pick<Pair, "ahead" | "behind" | "turns" | "decidedBy" | "turnsTest">): Agreement | null {
  if (decidedBy !== "turns" || turnsTest === null || !isOneModel(ahead, behind)) return null;
  const sign = hasFewerBits(ahead, behind) ? -1 : 1;
  const [lesser, reference] = sign < 0 ? [ahead, behind] : [behind, ahead];
  const found = countAnswers(lesser.rows, reference.rows, turns);
  if (found === null || found.turns === 0) return null;
  const { difference, low, high } = turnsTest;
  const ends = sign < 0 ? [negated(high), negated(low)] : [low, high];
  return {
    lesser: lesser.label,
    reference: reference.label,
    ...found,
    worse: sign * difference,
    low: ends[0] ?? null,
    high: ends[1] ?? null,
  };
}

/** Whether they are one model in another quantization, or with another type of KV cache. */
function isOneModel(left: Contender, right: Contender): boolean {
  const [mine, theirs] = [left, right].map(familyOf);
  return mine !== null && mine === theirs && bitsOf(left).some((bits, at) => bits !== bitsOf(right)[at]);
}

function familyOf({ rows: [first] }: Contender): string | null {
  if (first === undefined) return null;
  const { model, engineSpec } = first.run;
  const { architecture = null, parameters = null, name = null, sha256 = null } = model ?? {};
  return modelFamily({ architecture, parameters, name, sha256 }, engineSpec);
}

function hasFewerBits(left: Contender, right: Contender): boolean {
  const theirs = bitsOf(right);
  const differing = bitsOf(left)
    .map((bits, at) => bits - (theirs[at] ?? 0))
    .find((difference) => difference !== 0);
  return (differing ?? 0) < 0;
}

/** What sets quantizations of one model in order: bits a weight, then those of keys and values in the KV cache. */
function bitsOf({ rows: [first], settings }: Contender): number[] {
  const weight = first === undefined ? null : (bitsPerWeight(first.run) ?? first.run.model?.bytes ?? null);
  // "bf16", "q8_0": blocks add a little, which changes no order.
  const cached = [settings.kvTypeK, settings.kvTypeV].map((type) => Number(/\d+/.exec(type ?? "")?.[0] ?? 0));
  return [weight ?? 0, ...cached];
}

interface Answer {
  readonly isRight: boolean;
  /** As it is stored; "" where none could be read. */
  readonly number: string;
}

function countAnswers(
  lesser: readonly RunRows[],
  reference: readonly RunRows[],
  planned: number,
): Pick<Agreement, "turns" | "same" | "neitherRead" | "onlyLesser" | "onlyReference"> | null {
  if ([...lesser, ...reference].some(({ answers }) => answers === null)) return null;
  const counted = composedTurns([...lesser, ...reference]);
  const others = answersByInstance(reference);
  const found = { turns: 0, same: 0, neitherRead: 0, onlyLesser: 0, onlyReference: 0 };
  for (const [instance, mine] of answersByInstance(lesser)) {
    const theirs = others.get(instance);
    for (const [turn, answer] of mine) {
      const other = theirs?.get(turn);
      if (other === undefined || turn > planned || !counted.has(turn)) continue;
      found.turns++;
      if (answer.number === other.number) found.same++;
      if (answer.number === "" && other.number === "") found.neitherRead++;
      if (answer.isRight && !other.isRight) found.onlyLesser++;
      if (other.isRight && !answer.isRight) found.onlyReference++;
    }
  }
  return found;
}

/** Every answer by its instance and its turn, from 1. */
function answersByInstance(rows: readonly RunRows[]): Map<string, Map<number, Answer>> {
  return new Map(
    rows.flatMap(({ run, tracks, answers }) => {
      const numbers = new Map((answers ?? []).map((one) => [one.rollout, one.answers.split(",")]));
      const instanceOf = instancesOf(run);
      return tracks.map(({ rollout, letters }) => {
        const own = numbers.get(rollout) ?? [];
        const asked = Array.from(
          letters,
          (letter, index) => [letter.charCodeAt(0), index + 1] as const,
        ).filter(([code]) => isAsked(code));
        const byTurn = asked.map(
          ([code, turn], place) => [turn, { isRight: isRight(code), number: own[place] ?? "" }] as const,
        );
        return [instanceOf(rollout), new Map(byTurn)] as const;
      });
    }),
  );
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}
