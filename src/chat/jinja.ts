/** Something that renders Jinja: llama.cpp's own, or a library in JavaScript where that cannot be had. */
export interface Jinja {
  readonly name: "llama.cpp" | "javascript";
  /**
   * @returns a function from a template's variables to its text, which throws what the template raises
   * @throws Error for a template that cannot be parsed
   */
  compile(template: string): (variables: Readonly<Record<string, unknown>>) => string;
}
