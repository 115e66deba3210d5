import { significant } from "../words/numbers.ts";

/** What stands over a prompt: whose it is, and how long. */
export function promptOf(label: string, tokens: number): string {
  return `${label}: a prompt of ${significant(tokens, 9)} tokens`;
}

/** Over the prompt of an engine that is given messages. */
export function messagesOf(label: string): string {
  return `${label}: messages, this engine has no token ids`;
}

/** That nothing says how a run's prompts were worded, but what words them today. */
export function promptOfToday(): string {
  return "Of this run it is not written down how its conversations were worded: this is how they are worded today.";
}

/** That a prompt that was made again is not the one whose tokens were counted. */
export function promptDiffers(tokens: number, counted: number): string {
  return `This is not what the model saw: its row counted ${significant(counted, 9)} tokens, here are ${significant(tokens, 9)}. Another version of Longhaul worded it, or the rows were changed.`;
}
