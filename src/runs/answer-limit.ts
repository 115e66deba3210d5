import type { Settings } from "../settings/settings.ts";
import { usualLimitOf, usualLimits } from "../settings/usual-limits.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { valuesOf } from "../tasks/values.ts";
import { renderReply } from "../tasks/prompt.ts";
import type { Instance, Task } from "../tasks/task.ts";

/** Where answers are cut, in tokens, and what that means for right ones. */
export interface AnswerLimit {
  readonly tokens: number;
  /** Null: every right answer fits. */
  readonly warning: string | null;
}

/** What has to be counted with the model's own tokenizer, or guessed for a simulated one. */
export interface AnswerSizes {
  /** Tokens of the longest right answer of the run. */
  readonly longestAnswerTokens: number;
  /** Whether an answer comes behind reasoning, asked for or not. */
  readonly isThinking: boolean;
}

/** Tokens beyond the longest right answer: a wrong one may be longer, and the model ends it with a token. */
const spareTokens = 8;

/** Resolves `auto` by how the answer is asked for; a number that was asked for stands, with a warning where it cuts right answers. */
export function answerLimit(
  settings: Settings,
  { longestAnswerTokens, isThinking }: AnswerSizes,
): AnswerLimit {
  const { maxAnswerTokens } = settings;
  if (maxAnswerTokens !== "auto")
    return {
      tokens: maxAnswerTokens,
      warning:
        maxAnswerTokens < longestAnswerTokens
          ? `right answers take up to ${longestAnswerTokens} tokens: longer ones than ${maxAnswerTokens} are cut`
          : null,
    };
  const usual = isThinking ? usualLimits.thinking : usualLimitOf(settings);
  return { tokens: Math.max(usual, longestAnswerTokens + spareTokens), warning: null };
}

/** Candidates for the longest answer in tokens: those longest as text, each once. */
const candidates = 64;

/**
 * The right answers of a run that may be its longest, as the instructions ask for them.
 *
 * @param given its instances; null: drawn from the seed, one after the other
 */
export function longestAnswers(settings: Settings, given: readonly Instance[] | null): string[] {
  const { prompt, seed, rollouts } = settings;
  const task = tasks[settings.task];
  let longest: string[] = [];
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const instance = givenOrDrawn(given, task, settings, seed, rollout);
    const known = new Set(longest);
    for (const reply of repliesOf(task, prompt, instance)) known.add(reply);
    longest = [...known].toSorted((one, other) => other.length - one.length).slice(0, candidates);
  }
  return longest;
}

function repliesOf(task: Task, prompt: Settings["prompt"], instance: Instance): string[] {
  const full = task.fullAnswers?.(instance);
  return full?.map((content) => `<answer>${content}</answer>`) ?? rightReplies(task, prompt, instance);
}

/** What the model should say, turn by turn. */
export function rightReplies(task: Task, prompt: Settings["prompt"], instance: Instance): string[] {
  const valueOf = valuesOf(task, instance.dictionary);
  let state = instance.start ?? task.neutral;
  return instance.turns.map(({ keys, truth }) => {
    const entries = keys.map((key) => ({ key, value: valueOf(key) }));
    const reply = renderReply(task, prompt, state, entries, truth);
    state = truth;
    return reply;
  });
}
