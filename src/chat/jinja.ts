/** Something that renders Jinja: llama.cpp's own, or a library in JavaScript where that cannot be had. */
export interface Jinja {
  readonly name: "llama.cpp" | "javascript";
  /**
   * @returns a function from a template's variables to its text, which throws what the template raises
   * @throws Error for a template that cannot be parsed
   */
  compile(template: string): (variables: Readonly<Record<string, unknown>>) => string;
}

/**
 * A template as llama.cpp's engine reads it: where nothing but one sign and the space after it stands before the first
 * block, that is left out, a line break among others.
 */
export function withoutLostStart(template: string): string {
  return template.replace(/^[^{][ \t]*(?=\{[%#])/, "");
}
