import type { Settings } from "../settings/settings.ts";
import { worded } from "../settings/wording.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { openingOf } from "../tasks/opening.ts";
import type { Instance } from "../tasks/task.ts";
import { rightReplies } from "./answer-limit.ts";

/** A conversation in which every answer is the right one. */
export interface RightConversation {
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  /** Messages up to the first question, it included. */
  readonly first: number;
  /** What the model says, turn by turn. */
  readonly replies: readonly string[];
}

const rolloutsCounted = 4;

/** The first few instances of a run, by which it is told how much a conversation takes. */
export function instancesCounted(settings: Settings, given: readonly Instance[] | null): Instance[] {
  const { rollouts, seed } = settings;
  return Array.from({ length: Math.min(rollouts, rolloutsCounted) }, (_, rollout) =>
    givenOrDrawn(given, tasks[settings.task], settings, seed, rollout),
  );
}

/** What is asked and answered of an instance under these settings, turn by turn. */
export function rightConversation(settings: Settings, instance: Instance): RightConversation {
  const task = tasks[settings.task];
  const replies = rightReplies(task, settings.prompt, instance);
  const opening = openingOf(task, worded(settings), instance);
  const messages = [
    ...opening,
    ...instance.turns.flatMap(({ keys }, index) => [
      { role: "user" as const, content: task.question(keys) },
      { role: "assistant" as const, content: replies[index] ?? "" },
    ]),
  ];
  return { messages, first: opening.length + 1, replies };
}
