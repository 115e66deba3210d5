import type { TokenConfidence } from "../../src/reply/confidence.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import type { Judge, Judged } from "../../src/tasks/judge.ts";
import type { Wording } from "../../src/tasks/opening.ts";
import type { InstanceTurn } from "../../src/tasks/task.ts";

/** The defaults of `longhaul run`, with overrides. */
export function taskSettings(overrides: Partial<Wording> = {}): Wording {
  return { ...standardSettings, shotsAs: "text", ...overrides };
}

/** Judges a turn whose answer becomes the history, and goes on to the next. */
export function judgeTurn(
  judge: Judge,
  turn: InstanceTurn,
  text: string,
  reachedLimit: boolean,
  tokens: readonly TokenConfidence[] | null = null,
): Judged {
  const judged = judge.assess(turn, text, reachedLimit, tokens);
  judge.advance(turn, judged.verdict.answer, judged.verdict.turnCorrect);
  return judged;
}
