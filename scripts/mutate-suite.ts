import type { Random } from "../src/random.ts";

/** Damages a suite file in one to three places, as slips of the pen and hostile hands would. */
export function mutateSuite(text: string, random: Random): string {
  let mutated = text;
  const places = 1 + random.below(3);
  for (let place = 0; place < places; place++) mutated = random.pick(mutations)(mutated, random);
  return mutated;
}

type Mutation = (text: string, random: Random) => string;

const values = [
  ..."-1 0 1e999 .nan .inf 0x7fffffff 9007199254740993 null ~ true '' [] {} *a &a !!binary !!js/function !x".split(
    " ",
  ),
  "[[[[[[[[]]]]]]]]",
  "{a: {b: {c: 1}}}",
  '"\\u001b[2J"',
  "\u001b]0;title\u0007",
  "\ud800",
  "\u202eabc",
  "=HYPERLINK(1)",
  "../../etc/passwd",
  "1999-01-01",
  "x".repeat(5000),
];

const lines = [
  "__proto__: {turns: 3}",
  "constructor: 1",
  "? [a, b]\n: 1",
  "? {a: 1}",
  ": 3",
  "---",
  "%YAML 1.1",
  "<<: *a",
  "<<: {turns: 3}",
  "<<: [1]",
  "x: &a [*a]",
  "name: &a {<<: *a}",
  "\tname: b",
  "- - - - - - - -",
  "[".repeat(3000),
  "? ".repeat(300),
  "&a ".repeat(300),
  "turns: 3",
  "name: again",
];

const mutations: readonly Mutation[] = [
  (text, random) => cut(text, random, () => ""),
  (text, random) => cut(text, random, (piece) => piece + piece),
  (text, random) =>
    cut(text, random, () => random.pick(Array.from(":{}[]&*!|>'\"%@`#?-,\n\t \u0000\u001b\r\ufeff"))),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => inLines(text, random, (line) => [line.replace(/:.*$/u, `: ${random.pick(values)}`)]),
  (text, random) => inLines(text, random, (line) => [line, line]),
  (text, random) => inLines(text, random, () => []),
  (text, random) => inLines(text, random, (line) => [line, random.pick(lines)]),
  (text, random) => inLines(text, random, (line) => [line, indentOf(line) + random.pick(lines)]),
  (text, random) => inLines(text, random, (line) => [`${random.pick([" ", "  ", "\t"])}${line}`]),
  (text, random) =>
    inLines(text, random, (line) => [
      line.replace(/(\w+):/u, random.pick(["$1 :", "$1", "$1x:", "? $1\n:"])),
    ]),
  (text, random) =>
    inLines(text, random, (line) => [line.replace(/\d+/u, String(random.below(2_000_000) - 1_000_000))]),
  (text) => text.replaceAll("\n", "\r\n"),
  (text, random) => `${bomb(2 + random.below(29))}\n${text}`,
];

/** Anchors that each name the one before ten times. */
function bomb(depth: number): string {
  const rows = Array.from(
    { length: depth },
    (_, row) => `b${row + 1}: &b${row + 1} [${Array(10).fill(`*b${row}`).join(",")}]`,
  );
  return ["b0: &b0 [1]", ...rows].join("\n");
}

function cut(text: string, random: Random, into: (piece: string) => string): string {
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + 1 + random.below(20));
  return text.slice(0, from) + into(text.slice(from, to)) + text.slice(to);
}

function inLines(text: string, random: Random, change: (line: string) => string[]): string {
  const all = text.split("\n");
  const at = random.below(all.length);
  return all.flatMap((line, index) => (index === at ? change(line) : [line])).join("\n");
}

function indentOf(line: string): string {
  return /^ */u.exec(line)?.[0] ?? "";
}
