import { significant } from "../words/numbers.ts";

/** What stands over a prompt: whose it is, and how long. */
export function promptOf(label: string, tokens: number): string {
  return `${label}: a prompt of ${significant(tokens, 9)} tokens`;
}

/** Over the prompt of an engine that is given messages. */
export function messagesOf(label: string): string {
  return `${label}: messages, this engine has no token ids`;
}

/** Whose messages these are. */
interface Place {
  readonly rollout: number;
  readonly turn: number;
}

/** Under messages that a chat template was put around. @param command prints them as the model saw them */
export function templateAround({ rollout, turn }: Place, command: string): string {
  return `Turn ${turn} of rollout ${rollout}, as messages. The model saw its chat template around them; this prints that, with its token ids: ${command}`;
}

/** Under messages of an engine that takes them as they are. */
export function messagesAlone({ rollout, turn }: Place): string {
  return `Turn ${turn} of rollout ${rollout}, as messages: no template stands around them.`;
}

/** Where a prompt cannot be made again. */
export function promptUntold(reason: string | null): string {
  return `What its first turn asked cannot be told here${reason === null ? "" : `: ${reason}`}`;
}

/** That nothing says how a run's prompts were worded, but what words them today. */
export function promptOfToday(): string {
  return "Of this run it is not written down how its conversations were worded: this is how they are worded today.";
}

/** That a prompt that was made again is not the one whose tokens were counted. */
export function promptDiffers(tokens: number, counted: number): string {
  return `This is not what the model saw: its row counted ${significant(counted, 9)} tokens, here are ${significant(tokens, 9)}. Another version of Longhaul worded it, or the rows were changed.`;
}
