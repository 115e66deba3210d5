import { plainTemplate } from "../chat/plain-template.ts";
import type { Template } from "../chat/template.ts";
import type { CheckedModel } from "../gguf/check.ts";

/** The template that is given, else the model's own, else the plain format. */
export function templateOf(given: string | null, { chatTemplate }: CheckedModel): Template {
  if (given !== null) return { text: given, source: "file" };
  return chatTemplate === null
    ? { text: plainTemplate, source: "plain" }
    : { text: chatTemplate, source: "model" };
}
