import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import type { Jinja } from "./jinja.ts";

/** Where llama.cpp's own cannot be had. */
export const javascriptJinja: Jinja = {
  name: "javascript",
  compile(template) {
    const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
    return (variables) => {
      const scope = new Environment();
      for (const [name, value] of Object.entries({ ...builtIn, ...variables })) scope.set(name, value);
      return String(new Interpreter(scope).run(program).value);
    };
  },
};

const builtIn: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range: (start: number, end?: number) =>
    end === undefined
      ? [...Array(start).keys()]
      : [...Array(Math.max(0, end - start)).keys()].map((n) => n + start),
  raise_exception: (message: string) => {
    throw new Error(message);
  },
};
