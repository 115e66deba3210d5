import type { Llama } from "node-llama-cpp";
import { javascriptJinja } from "../../chat/javascript-jinja.ts";
import type { Jinja } from "../../chat/jinja.ts";
import { messageOf } from "../../errors.ts";

/** The class is private to the binding: any version may lack it or change it. */
type NativeRenderer = new (template: string) => { render(variables: object): unknown };

/** llama.cpp's own Jinja engine, tried once on a small template; the JavaScript one where that fails. */
export function jinjaOf(llama: Llama): Jinja {
  const bindings = Reflect.get(llama, "_bindings") as { AddonJinjaRenderer?: NativeRenderer } | undefined;
  const native = bindings?.AddonJinjaRenderer;
  if (typeof native !== "function") return javascriptJinja;
  const jinja: Jinja = { name: "llama.cpp", compile: (template) => compile(native, template) };
  return works(jinja) ? jinja : javascriptJinja;
}

function compile(native: NativeRenderer, template: string): ReturnType<Jinja["compile"]> {
  const compiled = plainly(() => new native(template));
  return (variables) => plainly(() => String(compiled.render(variables)));
}

const sample = "{% for m in messages %}{{ m.role }}: {{ m['content'] }}\n{% endfor %}{{ tools is defined }}";

function works(jinja: Jinja): boolean {
  try {
    const text = jinja.compile(sample)({ messages: [{ role: "user", content: "é" }], tools: undefined });
    return text === "user: é\nFalse";
  } catch {
    return false;
  }
}

function plainly<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new Error(reasonIn(messageOf(error)), { cause: error });
  }
}

/** Of a message with places and excerpts of the source: what was wrong, in one line. */
function reasonIn(message: string): string {
  const [head = "", ...errors] = message.split(/\nError: /);
  const reason = errors.at(-1) ?? head.replace(/^AddonJinjaRenderer: (failed to \w+ template: )?/, "");
  return reason
    .replace(/^Jinja Exception: |^lexer: /, "")
    .replace(/\n\.\.\.[^]*$/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
