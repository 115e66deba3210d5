import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../src/random.ts";

/** A template that a stranger may have written. */
export interface TemplateCase {
  readonly kind: string;
  readonly text: string;
}

const folder = join(import.meta.dirname, "../../test/chat/templates");
const good = readdirSync(folder)
  .filter((name) => name.endsWith(".jinja"))
  .toSorted()
  .map((name) => readFileSync(join(folder, name), "utf8"));

/** The same for the same seed and number. */
export function templateCase(seed: number, index: number): TemplateCase {
  const random = new Random(seed, "template", index);
  const kind = random.pick(Object.keys(kinds));
  return { kind, text: kinds[kind]?.(random) ?? "" };
}

const says = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}";
const counts = [0, 1, 7, 100, 1_000, 20_000, 100_000, 10_000_000, 2 ** 31, -1];

const kinds: Readonly<Record<string, (random: Random) => string>> = {
  "piece gone": (random) => {
    const text = random.pick(good);
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random.below(40));
  },
  "piece twice": (random) => {
    const text = random.pick(good);
    const [at, length] = [random.below(text.length), random.below(200)];
    return text.slice(0, at + length) + text.slice(at);
  },
  "pieces of two": (random) => {
    const [one, other] = [random.pick(good), random.pick(good)];
    return one.slice(0, random.below(one.length)) + other.slice(random.below(other.length));
  },
  "letters changed": (random) => {
    const letters = Array.from(random.pick(good));
    for (let change = 0; change < 1 + random.below(8); change++)
      letters[random.below(letters.length)] = random.pick(
        Array.from("{}%#'\"()[]|.,:~-+*/\\\n \0é\u{FFFD}0z"),
      );
    return letters.join("");
  },
  "tags put in": (random) => {
    const text = random.pick(good);
    const at = random.below(text.length);
    return text.slice(0, at) + random.pick(fragments) + text.slice(at);
  },
  "loops in loops": (random) => {
    const depth = 1 + random.below(4);
    const heads = Array.from(
      { length: depth },
      (_, level) => `{% for i${level} in range(${random.pick(counts)}) %}`,
    );
    return says + heads.join("") + random.pick(["", "x", "{{ messages }}"]) + "{% endfor %}".repeat(depth);
  },
  "growing text": (random) => {
    const grow = random.pick([
      "n.x ~ n.x",
      "n.x + n.x",
      "n.x | replace('x', 'xx')",
      "n.x ~ messages",
      "[n.x, n.x]",
    ]);
    return `{% set n = namespace(x='x') %}{% for i in range(${random.pick(counts)}) %}{% set n.x = ${grow} %}{% endfor %}${says}{{ n.x }}`;
  },
  "macros that call themselves": (random) =>
    `{% macro f(x) %}${random.pick(["{{ f(x) }}", "{{ f(x + 1) }}{{ f(x) }}", "{{ f(f) }}", "x{{ f(x ~ x) }}"])}{% endmacro %}{{ f(1) }}${says}`,
  "things that hold themselves": (random) =>
    `{% set n = namespace(a=1) %}{% set n.a = n %}${random.pick(["{{ n }}", "{{ n | tojson }}", "{{ n.a.a.a }}", "{{ n == n.a }}", "{{ n | string | length }}"])}${says}`,
  "deep nesting": (random) => {
    const depth = random.pick([10, 100, 1_000, 30_000, 150_000]);
    const [open, middle, close] = random.pick([
      ["(", "1", ")"],
      ["[", "", "]"],
      ["{'a':", "1", "}"],
      ["not ", "1", ""],
      ["-", "1", ""],
      ["", "1", " + 1"],
      ["", "'a'", " | upper"],
      ["", "messages", ".a"],
      ["", "1", " if x else 1"],
      ["f(", "1", ")"],
    ] as const);
    return `{{ ${open.repeat(depth)}${middle}${close.repeat(depth)} }}${says}`;
  },
  "deep blocks": (random) => {
    const depth = random.pick([10, 300, 5_000, 40_000]);
    const [open, close] = random.pick([
      ["{% if 1 %}", "{% endif %}"],
      ["{% for i in [1] %}", "{% endfor %}"],
      ["{% if 0 %}{% elif 0 %}", "{% endif %}"],
      ["{% macro f() %}", "{% endmacro %}"],
      ["{% filter upper %}", "{% endfilter %}"],
    ] as const);
    return open.repeat(depth) + says + close.repeat(depth);
  },
  "long and dull": (random) =>
    random
      .pick(["x", " ", "{{", "{#", "{% raw %}", "\n", "<a>", "é", "{{ '' }}"])
      .repeat(random.pick([1, 1_000, 100_000, 300_000])) + says,
  "what no template needs": (random) => `${says}{{ ${random.pick(outsiders)} }}`,
  "numbers and formats": (random) => `${says}{{ ${random.pick(expressions)} }}`,
  "something raised": (random) =>
    `${random.pick(["", says])}{{ raise_exception(${random.pick(["'no'", "'\\u001b[2J' ~ messages", "'x' * 100000", "messages", "", "none", "1, 2"])}) }}`,
};

const fragments = [
  "{% endfor %}",
  "{% for x in messages %}",
  "{% set messages = [] %}",
  "{% set messages = 1 %}",
  "{% break %}",
  "{% continue %}",
  "{% include 'x' %}",
  "{% import '/etc/passwd' as x %}",
  "{% extends 'x' %}",
  "{% call f() %}{% endcall %}",
  "{%- -%}",
  "{{ }}",
  "{{ messages[99999999999].content }}",
  "{{ messages | sort | reverse | first }}",
  "{% raw %}",
  "\u{202E}",
];

const outsiders = [
  "''.constructor.constructor('return process')()",
  "messages.__proto__.polluted",
  "range.__globals__",
  "''.__class__.__mro__[1].__subclasses__()",
  "cycler.__init__.__globals__.os.popen('id').read()",
  "self.__init__",
  "require('fs')",
  "globalThis.process.exit()",
  "process.exit(1)",
  "lipsum()",
];

const expressions = [
  "10 ** 1000",
  "1 / 0",
  "1 // 0",
  "1 % 0",
  "9223372036854775807 + 1",
  "-9223372036854775808 // -1",
  "99999999999999999999999999",
  "1e999",
  "'x' * 1000000000",
  "'%1000000000d' | format(1)",
  "'{:>1000000000}'.format(1)",
  "'x' | indent(1000000000)",
  "'x' | center(1000000000)",
  "messages[::0]",
  "messages[::-1]",
  "'abc'[9223372036854775807:]",
  "range(0, 10, 0) | list",
  "range(1000000000) | list | length",
  "'a' * -1",
  "('x' * 100000) | replace('', 'y')",
  "'x'.split('')",
  "'aaaa' | replace('a', 'b' * 100000)",
  "messages | tojson(indent=1000000)",
  "messages | join(messages)",
  "strftime_now('%' * 100000)",
  "strftime_now('%9999999d')",
  "namespace(namespace())",
  "dict(messages)",
  "messages | map(attribute='content') | map('upper') | list | tojson",
  "loop.index",
  "[1] * 1000000000",
];
