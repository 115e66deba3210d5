/**
 * The released evaluators of "The Illusion of Diminishing Returns" (long-horizon-execution/measuring-execution,
 * `NewDictSumEvaluator` and `DictSumEvaluator`), restated so that our rows can be set beside its figures. How they
 * differ from our judging, and why, is in src/tasks/README.md. Never used for our own verdicts.
 */

/** One rollout's turns as these evaluators mark them; totals are bigint, since Python's integers have no limit. */
export interface PaperMarks {
  /** The answer equals the base, whatever that evaluator takes for it, plus the turn's values. */
  readonly step: readonly boolean[];
  /** The answer equals the true total. */
  readonly index: readonly boolean[];
  /** That and all before it. */
  readonly prefix: readonly boolean[];
}

/** What a turn asked: the sum of its values, and the true total after it. */
export interface PaperTurn {
  readonly value: number;
  readonly truth: number;
}

/**
 * The evaluator that logs turn by turn. A missing answer is replaced by the number before it (0 at turn 1) and then
 * judged as if it had been given: right where the turn changes nothing. That number is also the next turn's base, so
 * a model that added silently is wrong once more.
 */
export function scoreLive(answers: readonly (bigint | null)[], turns: readonly PaperTurn[]): PaperMarks {
  const marks = marksAgainst(answers, turns);
  let carried = 0n;
  const step = turns.map(({ value }, index) => {
    const base = carried;
    carried = answers[index] ?? base;
    return index === 0 ? marks.index[0] === true : carried === base + BigInt(value);
  });
  return { ...marks, step };
}

/**
 * The evaluator of the results file. A missing answer is wrong, and so is the turn after it, which has no base. Turns
 * that were never played (an early stop) are missing answers.
 */
export function scoreFinal(answers: readonly (bigint | null)[], turns: readonly PaperTurn[]): PaperMarks {
  const marks = marksAgainst(answers, turns);
  let base: bigint | null = 0n;
  const step = turns.map(({ value }, index) => {
    const answer = answers[index] ?? null;
    const isRight = answer !== null && base !== null && answer === base + BigInt(value);
    base = answer;
    return isRight;
  });
  return { ...marks, step };
}

function marksAgainst(
  answers: readonly (bigint | null)[],
  turns: readonly PaperTurn[],
): Pick<PaperMarks, "index" | "prefix"> {
  const index = turns.map(({ truth }, turn) => answers[turn] === BigInt(truth));
  let isFaultless = true;
  const prefix = index.map((isRight) => (isFaultless &&= isRight));
  return { index, prefix };
}

/**
 * Reads a text as the released parser does: closed think blocks are cut out, then the first answer tag counts and its
 * content goes through Python's `int(content.strip())`. Null for both of its labels, no tag and not an integer.
 */
export function readPaperAnswer(text: string): bigint | null {
  const visible = withoutThinking(text);
  const opened = visible.indexOf("<answer>");
  if (opened < 0) return null;
  const closed = visible.indexOf("</answer>", opened);
  return closed < 0 ? null : pythonInt(visible.slice(opened + "<answer>".length, closed));
}

/** Only closed blocks go; an open one stays, and an answer in it counts. */
function withoutThinking(text: string): string {
  let visible = "";
  let from = 0;
  for (let opened = text.indexOf("<think>"); opened >= 0; opened = text.indexOf("<think>", from)) {
    const closed = text.indexOf("</think>", opened);
    if (closed < 0) break;
    visible += text.slice(from, opened);
    from = closed + "</think>".length;
  }
  return visible + text.slice(from);
}

/** What Python's `strip()` takes for white space, which is not what JavaScript does. */
const pythonSpace = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const pythonSpaceAtEnd = new RegExp(`${pythonSpace.source.slice(1)}$`, "u");

/** CPython refuses longer numbers (`sys.get_int_max_str_digits`). */
const maxDigits = 4300;

/**
 * Python's `int(text.strip())`: white space around it, one sign, decimal digits of any script, single underscores
 * between digits. So "+5", "1_000" and Arabic digits pass; "1,234", "5.0", "- 5" and a typographic minus do not.
 */
function pythonInt(text: string): bigint | null {
  const trimmed = text.replace(pythonSpace, "").replace(pythonSpaceAtEnd, "");
  const match = /^([+-]?)(\p{Nd}+(?:_\p{Nd}+)*)$/u.exec(trimmed);
  if (match === null) return null;
  const digits = Array.from((match[2] ?? "").replaceAll("_", ""), digitValue);
  if (digits.length > maxDigits) return null;
  const magnitude = BigInt(digits.join(""));
  return match[1] === "-" ? -magnitude : magnitude;
}

/** Unicode keeps the decimal digits of a script in one run from 0 to 9, and runs lie next to each other at most. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
  return (code - first) % 10;
}
