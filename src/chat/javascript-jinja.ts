import { Environment, parse, tokenize } from "@huggingface/jinja";
import { type Jinja, withoutLostStart } from "./jinja.ts";
import { TolerantInterpreter } from "./tolerant-interpreter.ts";

/** Where llama.cpp's own cannot be had. */
export const javascriptJinja: Jinja = {
  name: "javascript",
  compile(template) {
    const source = withoutLostStart(template.replaceAll(/\r\n?/g, "\n"));
    const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
    return (variables) => {
      const scope = new Environment();
      for (const [name, value] of Object.entries({ ...builtIn, ...variables })) scope.set(name, value);
      return String(new TolerantInterpreter(scope).run(program).value);
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
  range: (start: number, end?: number, step = 1) =>
    end === undefined ? numbersTo(0, start, 1) : numbersTo(start, end, step),
  raise_exception: (message: string) => {
    throw new Error(message);
  },
};

function numbersTo(start: number, end: number, step: number): number[] {
  const count = step === 0 ? 0 : Math.max(0, Math.ceil((end - start) / step));
  return Array.from({ length: count }, (_, index) => start + index * step);
}
