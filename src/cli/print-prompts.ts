import { firstPrompts } from "../runs/first-prompt.ts";
import type { RunRequest } from "../runs/request.ts";
import { UsageError } from "../errors.ts";
import { isLevelOpen } from "../settings/on-level.ts";
import { visible } from "../visible-text.ts";
import { jsonOf } from "./documents/json.ts";
import { promptText } from "./prompt-text.ts";
import { complain, print } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

/**
 * What `run --print-prompt` prints, and what there is to say of it on stderr. Nothing is written.
 *
 * @returns the exit code: 1 where a model cannot be asked
 * @throws UsageError as the run would
 */
export async function printPrompts(request: RunRequest, isJson: boolean): Promise<number> {
  if (isLevelOpen(request.settings))
    throw new UsageError(
      `--level auto: which level it is shows when models are asked. Name one of these: ${typedLine("levels")}`,
    );
  const prompts = await firstPrompts(request);
  for (const { model, warnings } of prompts)
    for (const warning of warnings) complain(`${visible(model)}: warning: ${visible(warning)}`);
  for (const { model, error } of prompts)
    if (error !== null)
      complain(error.includes(model) ? visible(error) : `${visible(model)}: ${visible(error)}`);
  const asked = prompts.filter(({ error }) => error === null);
  if (isJson) print(jsonOf("run-prompts", { schemaVersion: 1, prompts }));
  else if (asked.length > 0) print(asked.map((one) => promptText(visible(one.model), one)).join("\n\n"));
  return asked.length === prompts.length ? 0 : 1;
}
