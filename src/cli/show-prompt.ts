import { storedPrompt } from "../audit/stored-prompt.ts";
import { EngineError, UsageError } from "../errors.ts";
import { promptDiffers, promptOfToday } from "../report/sentences/prompt.ts";
import { blockOf } from "../settings/shard.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { visible } from "../visible-text.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { promptText } from "./prompt-text.ts";
import { complain } from "./terminal.ts";

/**
 * What `show RUN --rollout N --prompt` prints: the prompt of a turn, exactly as the model saw it.
 *
 * @throws UsageError naming the flag, or why the prompt cannot be told any more
 */
export async function showPrompt(database: Database, run: RunRecord, flags: Flags): Promise<string> {
  const rollout = numberOf(flags, "rollout");
  if (rollout === null)
    throw new UsageError(`--prompt: of which rollout? Add --rollout ${blockOf(run.settings).first}.`);
  const turn = numberOf(flags, "turn");
  const prompt = await storedPrompt(database, run, rollout, turn).catch((error: unknown) => {
    if (error instanceof EngineError) throw new UsageError(`run ${run.id}: ${error.message}`);
    throw error;
  });
  const { text, tokenIds, messages, promptTokens } = prompt;
  if (tokenIds !== null && run.chat === null) complain(promptOfToday());
  if (tokenIds !== null && promptTokens !== null && tokenIds.length !== promptTokens)
    complain(promptDiffers(tokenIds.length, promptTokens));
  if (flags["json"] === true) return jsonOf("prompt", { schemaVersion: 1, run: run.id, rollout, ...prompt });
  const label = `run ${run.id}, rollout ${rollout}, turn ${prompt.turn}, ${visible(run.name)}`;
  return promptText(label, { text, tokenIds, messages });
}

function numberOf(flags: Flags, name: string): number | null {
  const text = flags[name];
  if (text === undefined) return null;
  if (typeof text === "string" && /^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `--${name} ${String(text)}: must be a whole number, as longhaul show --rollout lists them.`,
  );
}
