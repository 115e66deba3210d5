import type { Random } from "../random.ts";
import { replyLine } from "./prompt.ts";
import { drawDictionaryKeys } from "./sums.ts";
import type { Instance, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/**
 * Running products of 2 x 2 integer matrices (the paper's second task): unlike sums they cannot be put in another
 * order, so no shortcut in constant depth is known.
 *
 * A state is the code of a matrix modulo a prime p: a + p (b + p (c + p d)), rows first. The remainder of a product
 * is the product of the remainders, so the code of a product follows from the codes of its factors.
 */
type Matrix = readonly [number, number, number, number];

/**
 * Entries modulo 7, factors invertible: every step is as hard as the first, and no product collapses to a matrix that
 * nothing changes any more.
 */
export const matrix = matrixTask({
  name: "matrix",
  summary: "running product of 2 x 2 matrices modulo 7",
  modulus: 7,
  isBounded: true,
});

/**
 * The paper's form: entries of the factors in [-9, 9], of the products as they come. Codes are taken modulo 8191, the
 * largest prime whose codes are exact: two different matrices have one code only if all four entries differ by
 * multiples of 8191.
 */
export const matrixUnbounded = matrixTask({
  name: "matrix-unbounded",
  summary: "running product of 2 x 2 integer matrices, growing without bound",
  modulus: 8191,
  isBounded: false,
});

interface Ring {
  readonly name: string;
  readonly summary: string;
  readonly modulus: number;
  readonly isBounded: boolean;
}

function matrixTask({ name, summary, modulus, isBounded }: Ring): Task {
  const encode = (entries: Matrix): number => {
    const [a, b, c, d] = entries.map((entry) => residue(entry, modulus));
    return (a ?? 0) + modulus * ((b ?? 0) + modulus * ((c ?? 0) + modulus * (d ?? 0)));
  };
  const decode = (code: number): Matrix => {
    const digit = (place: number): number => Math.floor(code / modulus ** place) % modulus;
    // Without a bound small entries may be negative: the residue nearest to 0 stands for them.
    const signed = (value: number): number =>
      !isBounded && value > (modulus - 1) / 2 ? value - modulus : value;
    return [signed(digit(0)), signed(digit(1)), signed(digit(2)), signed(digit(3))];
  };
  const render = (code: number): string => decode(code).join(", ");
  const task: Task = {
    name,
    summary,
    stateful: true,
    usesDictionary: true,
    takesManyKeys: true,
    answerForm: "matrix",
    addsUp: false,
    // A code is a matrix modulo the prime: where entries grow, it judges a product but no longer tells it.
    isShowable: isBounded,
    neutral: encode([1, 0, 0, 1]),
    combine: (state, value) => encode(product(decode(state), decode(value), modulus)),
    render,
    parse: (content) => parseEntries(content, modulus, encode),
    instructions: (settings) => instructionsOf(settings, isBounded ? modulus : null),
    begin: (start) => `The product is ${render(start)} now. The dictionary:\n`,
    question: (keys) => keys.join(", "),
    explain: (state, entries, answer) =>
      `${[state, ...entries.map(({ value }) => value)].map((code) => `[${render(code)}]`).join(" x ")} = [${render(answer)}].`,
    drawDictionary: (random, { dictionarySize }) =>
      random
        .sample(words, dictionarySize)
        .map((key) => ({ key, value: encode(drawMatrix(random, modulus, isBounded)) })),
    drawKeys: drawDictionaryKeys,
    valueOf: (key) => parseEntries(key, modulus, encode) ?? encode([1, 0, 0, 1]),
    drawStart: (random) => encode(drawMatrix(random, modulus, isBounded)),
    perturb(state, random, magnitude) {
      const entries = [...decode(state)] as [number, number, number, number];
      const reach = Math.min(magnitude, isBounded ? modulus - 1 : magnitude);
      const at = random.below(4);
      entries[at] = (entries[at] ?? 0) + 1 + random.below(reach);
      const other = encode(entries);
      return other === state ? encode([entries[0] + 1, entries[1], entries[2], entries[3]]) : other;
    },
  };
  return isBounded ? task : { ...task, fullAnswers: (instance) => fullProducts(instance, decode) };
}

/** The products of an instance with all their digits; its factors are small, so that their codes tell them. */
function fullProducts({ dictionary, turns, start }: Instance, decode: (code: number) => Matrix): string[] {
  const factors = new Map(dictionary.map(({ key, value }) => [key, decode(value).map(BigInt)]));
  let [a = 1n, b = 0n, c = 0n, d = 1n] = start === undefined ? [] : decode(start).map(BigInt);
  return turns.map(({ keys }) => {
    for (const key of keys) {
      const [e = 1n, f = 0n, g = 0n, h = 1n] = factors.get(key) ?? [];
      [a, b, c, d] = [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
    }
    return [a, b, c, d].join(", ");
  });
}

function instructionsOf(settings: TaskSettings, modulus: number | null): string {
  const many = settings.keysPerTurn > 1;
  const asked = many ? `${settings.keysPerTurn} words separated by commas` : "one word";
  const act = many
    ? "Look up the matrix of each of them and multiply the product by them in that order, each from the right"
    : "Look up its matrix and multiply the product by it from the right";
  return (
    "You keep a running product of 2 x 2 matrices. A dictionary gives every word a matrix as four integers, row by row.\n" +
    `Each message from the user is ${asked}. ${act}.\n` +
    (modulus === null ? "" : `Every entry is taken modulo ${modulus}, from 0 to ${modulus - 1}.\n`) +
    replyLine(settings.prompt, "the new product as four integers separated by commas", "product")
  );
}

/** Four integers, separated by commas or blanks, brackets or none. Of any length: reduced exactly. */
function parseEntries(content: string, modulus: number, encode: (entries: Matrix) => number): number | null {
  const bare = content
    .replace(/[[\]()]/g, " ")
    .replaceAll("\u2212", "-")
    .trim();
  if (!/^[+-]?\d+(?:\s*[,;\s]\s*[+-]?\d+){3}$/.test(bare)) return null;
  const entries = bare
    .split(/\s*[,;\s]\s*/)
    .map((text) => Number(BigInt(text.replace("+", "")) % BigInt(modulus)));
  const [a = 0, b = 0, c = 0, d = 0] = entries;
  return encode([a, b, c, d]);
}

function product(left: Matrix, right: Matrix, modulus: number): Matrix {
  const [a, b, c, d] = left;
  const [e, f, g, h] = right;
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h].map((entry) =>
    residue(entry, modulus),
  ) as unknown as Matrix;
}

function drawMatrix(random: Random, modulus: number, isBounded: boolean): Matrix {
  for (;;) {
    const entry = (): number => (isBounded ? random.below(modulus) : random.below(19) - 9);
    const drawn: Matrix = [entry(), entry(), entry(), entry()];
    const determinant = residue(drawn[0] * drawn[3] - drawn[1] * drawn[2], modulus);
    const isIdentity = drawn.join() === "1,0,0,1";
    if (!isIdentity && (!isBounded || determinant !== 0)) return drawn;
  }
}

function residue(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}
