/**
 * The integer that a careful reader sees in what stands in an answer tag, in plain digits; null where there is doubt.
 *
 * Read:
 *
 * | written | read | rule |
 * |---|---|---|
 * | `5`, `-5`, `+5`, `007`, ` 5 `, `-0` | 5, -5, 5, 7, 5, 0 | plain: all that parser 1 reads |
 * | `1,234`, `-12,345,678` | 1234, -12345678 | grouped: commas, each before three digits, no zero first |
 * | `5.`, `5.0`, `5.00` | 5 | whole: a full stop, or a point and one or two zeros |
 * | `‐5`, `‑5`, `‒5`, `–5`, `−5` | -5 | dash: U+2010 to U+2013 and U+2212 are a minus |
 * | `５`, `－１，２３４` | 5, -1234 | wide: digits and signs of full width |
 * | `**5**`, `\boxed{5}`, `\boxed{**5**}` | 5 | marked: one pair of `**`, one box, in either order |
 * | `=5`, `12 + (-7) = 5`, `2 + 3 = **5**` | 5 | equation: numbers and + - =, the last part one number |
 *
 * In doubt:
 *
 * | written | why |
 * |---|---|
 * | `1.234`, `5.000`, `0.5` | a point before other digits is that of a fraction here, of thousands there |
 * | `12,34`, `1,2345`, `0,123` | no groups of three: a fraction, or several numbers |
 * | `1e3`, `0x1F` | another notation, or letters |
 * | `1 234`, `5, 6`, `3-5`, `2 + 3` | two numbers, and no `=` says which is meant |
 * | `5 = 2 + 3`, `2 + 3 =`, `==5` | what stands last, or between, is not one number |
 * | `total: 5`, `minus 5`, `five`, `5 apples`, `x = 5` | words may change the number, and which do cannot be listed |
 * | `$5`, `5 %`, `5 €` | a unit may change it, too |
 * | `- 5`, `(5)`, `--5`, `5-` | a list's dash or a minus, an accountant's minus or a bracket |
 * | `٥`, `५`, `৪` | digits of other scripts look like others: the last is 4 |
 * | `****5****`, `__5__`, `` `5` `` | other marks than those above |
 */
export function writtenNumber(content: string): string | null {
  const [first = "", ...others] = unmarked(plainSigns(content)).split("=");
  const last = others.pop();
  if (last === undefined) return numberOf(first);
  const isEquation = (first.trim() === "" || sum.test(first)) && others.every((part) => sum.test(part));
  return isEquation ? numberOf(unmarked(last)) : null;
}

/** Dashes as minus signs, digits and signs of full width as the usual ones. */
export function plainSigns(text: string): string {
  return text
    .replace(/[\u2010-\u2013\u2212]/g, "-")
    .replace(/[\uFF0B-\uFF0E\uFF10-\uFF19\uFF1D]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    );
}

/** What stands within one pair of `**` and one box. */
export function unmarked(text: string): string {
  const outer = text.trim();
  return bold.test(outer) ? inside(inside(outer, bold), box) : inside(inside(outer, box), bold);
}

const bold = /^\*\*([^*]*)\*\*$/;
const box = /^\\boxed\s*\{([^{}]*)\}$/;

function inside(text: string, mark: RegExp): string {
  return (mark.exec(text)?.[1] ?? text).trim();
}

const whole = String.raw`(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.0{0,2})?`;
const number = new RegExp(`^[+-]?${whole}$`);
const term = String.raw`(?:[+-]?${whole}|\([+-]?${whole}\))`;
const sum = new RegExp(String.raw`^\s*${term}(?:\s*[+-]\s*${term})*\s*$`);

function numberOf(text: string): string | null {
  return number.test(text) ? text.replaceAll(",", "").replace(/\.0*$/, "") : null;
}
