import type { StoredTurn, StoredVerdict } from "../store/audit.ts";
import { Judge } from "../tasks/judge.ts";
import type { Parser } from "../tasks/parsers.ts";
import type { InstanceTurn, Task } from "../tasks/task.ts";

/** What a parser makes of a stored turn. */
export interface JudgedAgain {
  readonly turn: StoredTurn;
  readonly verdict: StoredVerdict;
  readonly reasoning: string | null;
}

/**
 * Judges one rollout's turns from their stored texts, in sequence: what is expected of a turn depends on what the
 * parser read in those before it.
 *
 * @param asked what a stored turn asked
 */
export function judgeAgain(
  task: Task,
  turns: readonly StoredTurn[],
  parser: Parser,
  asked: (turn: StoredTurn) => InstanceTurn,
): JudgedAgain[] {
  const judge = new Judge(task, parser.read);
  return turns.map((turn) => {
    const judged = judge.judge(asked(turn), turn.text, turn.stop === "limit");
    const { verdict, reading, shownBefore, valuesSince, expected } = judged;
    const basis = { shownBefore, valuesSince, expected };
    return {
      turn,
      verdict: { parserVersion: parser.version, ...verdict, basis },
      reasoning: reading.reasoning,
    };
  });
}

/** Whether the history of these turns is the model's own and nothing else, which judging in sequence rests on. */
export function isOwnHistory(turns: readonly StoredTurn[]): boolean {
  return turns.every(({ attempt, policy, injected }) => attempt === 1 && policy === "own" && !injected);
}

/** What a turn asked, by its own row. */
export function askedOf({ keys, value, truth }: StoredTurn): InstanceTurn {
  return { keys: keys ?? [], value, truth };
}
