import type { SettingName } from "./settings.ts";

/**
 * The setting that gives a template this variable, whatever names templates know it by; `program`: Longhaul gives it
 * itself; null: nothing does, so that it may be given by name.
 */
export function giverOf(variable: string): SettingName | "program" | null {
  for (const [setting, variables] of Object.entries(given))
    if (variables.includes(variable)) return setting as SettingName;
  return program.includes(variable) ? "program" : null;
}

const given: Partial<Record<SettingName, readonly string[]>> = {
  thinking: ["enable_thinking", "thinking"],
  reasoningEffort: ["reasoning_effort", "reasoning_strength"],
  keepReasoning: [
    "preserve_thinking",
    "clear_thinking",
    "truncate_history_thinking",
    "drop_thinking",
    "preserve_reasoning",
  ],
};

const program = ["messages", "add_generation_prompt", "bos_token", "eos_token", "strftime_now"];
