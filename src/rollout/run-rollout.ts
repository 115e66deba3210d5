import type { Conversation, Message, Sampling, TurnResult } from "../engine/engine.ts";
import { ContextFullError, InterruptedError, messageOf } from "../errors.ts";
import { deriveSeed } from "../random.ts";
import { Judge, type Judged } from "../tasks/judge.ts";
import type { Instance, InstanceTurn, Task } from "../tasks/task.ts";

export interface RolloutSettings {
  readonly seed: number;
  readonly sampling: Omit<Sampling, "seed">;
  readonly maxAnswerTokens: number;
  readonly stop: "answer" | "eog";
}

/** A finished turn: what was asked, what came, how it is judged. `turn` counts from 1. */
export interface FinishedTurn {
  readonly turn: number;
  readonly asked: InstanceTurn;
  readonly result: TurnResult;
  readonly judged: Judged;
}

/** Why a rollout ended; all but `complete` are censoring and never count against the model. */
export interface RolloutOutcome {
  readonly end: "complete" | "context_full" | "engine_error" | "interrupted";
  readonly turnsFinished: number;
  readonly detail: string | null;
}

/**
 * Plays one instance, turn by turn, with the model's own answers as its history. Knows no database and no terminal:
 * `onTurn` gets every finished turn before the next one is asked. Never rejects for what the engine does.
 */
export async function runRollout(
  task: Task,
  instance: Instance,
  system: string,
  rollout: number,
  conversation: Conversation,
  settings: RolloutSettings,
  onTurn: (turn: FinishedTurn) => void,
): Promise<RolloutOutcome> {
  const judge = new Judge(task);
  const messages: Message[] = [{ role: "system", content: system }];
  let turnsFinished = 0;
  for (const asked of instance.turns) {
    messages.push({ role: "user", content: task.question(asked.keys) });
    const { maxAnswerTokens: maxTokens, stop } = settings;
    const sampling = {
      ...settings.sampling,
      seed: deriveSeed(settings.seed, "sampler", rollout, turnsFinished),
    };
    const truth = { expected: judge.expected(asked), steps: asked.keys.length, wrongShare: judge.wrongShare };
    let result: TurnResult;
    try {
      result = await conversation.turn({
        messages,
        sampling,
        maxTokens,
        stop,
        rollout,
        turnIndex: turnsFinished,
        truth,
      });
    } catch (error) {
      return { end: endOf(error), turnsFinished, detail: messageOf(error) };
    }
    const judged = judge.judge(asked, result.text, result.stop === "limit");
    turnsFinished++;
    onTurn({ turn: turnsFinished, asked, result, judged });
    messages.push({ role: "assistant", content: result.text });
  }
  return { end: "complete", turnsFinished, detail: null };
}

function endOf(error: unknown): RolloutOutcome["end"] {
  if (error instanceof ContextFullError) return "context_full";
  return error instanceof InterruptedError ? "interrupted" : "engine_error";
}
