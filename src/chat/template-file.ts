import { z } from "zod";
import { SettingError } from "../errors.ts";

/**
 * The chat template in a file: the file itself, or what stands under `chat_template` where it is JSON, as a model's
 * `tokenizer_config.json` is. Of several templates with names the one called `default`.
 *
 * @throws SettingError where a file of JSON holds none
 */
export function templateInFile(text: string): string {
  const json = asObject(text);
  if (json === null) return text;
  const template = chatTemplateSchema.safeParse(json["chat_template"]);
  const found = template.success ? chosen(template.data) : undefined;
  if (found === undefined)
    throw new SettingError(
      'is JSON without a chat template. Name a Jinja template, or a tokenizer_config.json with "chat_template".',
    );
  return found;
}

const chatTemplateSchema = z.union([
  z.string(),
  z.array(z.object({ name: z.string(), template: z.string() })),
]);

function chosen(template: z.infer<typeof chatTemplateSchema>): string | undefined {
  if (typeof template === "string") return template;
  return template.find(({ name }) => name === "default")?.template;
}

/** Null for what is no JSON object: a template may well begin with a brace. */
function asObject(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text.replace(/^\u{FEFF}/u, ""));
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
