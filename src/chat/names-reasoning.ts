import { families } from "../reply/families.ts";

/**
 * Whether a template's text names reasoning: as a variable, as a field of a message, or by the marks of a family. Tells
 * without rendering whether a thinking arm is worth carrying out; how a model reasons is found when it is loaded.
 */
export function namesReasoning(template: string): boolean {
  if (/enable_thinking|reasoning|\bthinking\b/.test(template)) return true;
  return families.some(({ start }) => start !== "" && template.includes(start));
}
