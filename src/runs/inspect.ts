import type { GpuChoice } from "../engine/llama/binding.ts";
import type { TemplateSource } from "../engine/llama/chat-codec.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn, valuesOf } from "../tasks/instance.ts";
import { renderReply, systemMessage } from "../tasks/prompt.ts";
import type { Message } from "../engine/engine.ts";
import type { Instance, Task, TaskName, TaskSettings } from "../tasks/task.ts";

export interface InspectionJob {
  readonly modelPath: string;
  readonly chatTemplate: { readonly text: string; readonly source: TemplateSource };
  readonly thinking: boolean;
  readonly gpu: GpuChoice;
  readonly task: TaskName;
  readonly settings: TaskSettings;
  readonly seed: number;
  readonly rollouts: number;
  /** As in a trial. */
  readonly instances: readonly Instance[] | null;
  readonly maxAnswerTokens: number;
}

/** What a conversation takes of a context, counted by the model's own tokenizer. All in tokens. */
export interface Inspection {
  readonly openingTokens: number;
  /** The whole conversation when every answer is the right one. */
  readonly truthfulTokens: number;
  /** The whole conversation when every answer is as long as allowed. */
  readonly longestTokens: number;
  /** All right answers of a conversation together. */
  readonly answerTokens: number;
  readonly backend: string;
  /** Null on the CPU. */
  readonly freeVramBytes: number | null;
}

const rolloutsCounted = 4;

/** Loads the vocabulary alone and counts. Runs native code: only ever called in a child. */
export async function inspectModel(job: InspectionJob): Promise<Inspection> {
  const { openVocabulary } = await import("../engine/llama/vocabulary.ts");
  const vocabulary = await openVocabulary(job);
  const task = tasks[job.task];
  let openingTokens = 0;
  let truthfulTokens = 0;
  let longestTokens = 0;
  let answerTokens = 0;
  for (let rollout = 0; rollout < Math.min(job.rollouts, rolloutsCounted); rollout++) {
    const instance = givenOrDrawn(job.instances, task, job.settings, job.seed, rollout);
    const history = [{ role: "system" as const, content: systemMessage(task, job.settings, instance) }];
    const messages = conversationOf(task, job.settings, instance);
    const opening = vocabulary.count([...history, ...messages.slice(0, 1)]);
    const whole = vocabulary.count([...history, ...messages.slice(0, -1)]);
    const answers = messages.filter(({ role }) => role === "assistant");
    const sizes = answers.map(({ content }) => vocabulary.countText(content));
    const shown = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
    answerTokens = Math.max(answerTokens, shown + (sizes.at(-1) ?? 0));
    openingTokens = Math.max(openingTokens, opening);
    truthfulTokens = Math.max(truthfulTokens, whole + job.maxAnswerTokens);
    longestTokens = Math.max(longestTokens, whole - shown + answers.length * job.maxAnswerTokens);
  }
  const { backend, freeVramBytes } = vocabulary;
  await vocabulary.close();
  return { openingTokens, truthfulTokens, longestTokens, answerTokens, backend, freeVramBytes };
}

/** The conversation when every answer is right. */
function conversationOf(task: Task, { prompt }: TaskSettings, instance: Instance): Message[] {
  const valueOf = valuesOf(task, instance.dictionary);
  let state = instance.start ?? task.neutral;
  return instance.turns.flatMap(({ keys, truth }) => {
    const entries = keys.map((key) => ({ key, value: valueOf(key) }));
    const reply = renderReply(task, prompt, state, entries, truth);
    state = truth;
    return [
      { role: "user" as const, content: task.question(keys) },
      { role: "assistant" as const, content: reply },
    ];
  });
}
