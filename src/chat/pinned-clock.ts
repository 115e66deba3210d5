import { withoutLostStart } from "./jinja.ts";

/**
 * The clock of every template: 1 January 2025, a Wednesday, 00:00:00 UTC. A prompt must not change overnight. These two
 * are llama.cpp's own variables, in its own forms.
 */
export const pinnedDates = { date_string: "01 Jan 2025", datetime: "Jan 01 2025" };

/**
 * The template with its `strftime_now` told the pinned date in whatever format it asks for. It is a macro before the
 * template, since llama.cpp's engine takes no functions; its line ends like any block's, so nothing is printed.
 */
export function withPinnedClock(template: string): string {
  return template.includes("strftime_now") ? `${macro()}\n${withoutLostStart(template)}` : template;
}

/** Letter, value, width and filling of what strftime writes as a number. */
const numbers: readonly (readonly [string, number, number, "0" | " "])[] = [
  ["Y", 2025, 4, "0"],
  ["C", 20, 2, "0"],
  ["y", 25, 2, "0"],
  ["G", 2025, 4, "0"],
  ["g", 25, 2, "0"],
  ["m", 1, 2, "0"],
  ["d", 1, 2, "0"],
  ["e", 1, 2, " "],
  ["j", 1, 3, "0"],
  ["u", 3, 1, "0"],
  ["w", 3, 1, "0"],
  ["U", 0, 2, "0"],
  ["W", 0, 2, "0"],
  ["V", 1, 2, "0"],
  ["H", 0, 2, "0"],
  ["k", 0, 2, " "],
  ["I", 12, 2, "0"],
  ["l", 12, 2, " "],
  ["M", 0, 2, "0"],
  ["S", 0, 2, "0"],
  ["s", 1_735_689_600, 1, "0"],
];

const texts: Readonly<Record<string, string>> = {
  a: "Wed",
  A: "Wednesday",
  b: "Jan",
  B: "January",
  h: "Jan",
  p: "AM",
  P: "am",
  c: "Wed Jan  1 00:00:00 2025",
  D: "01/01/25",
  x: "01/01/25",
  F: "2025-01-01",
  T: "00:00:00",
  X: "00:00:00",
  R: "00:00",
  r: "12:00:00 AM",
  z: "+0000",
  Z: "UTC",
};

/** Stands for a percent sign while the letters after others are replaced. */
const percent = "\u{E000}";

function macro(): string {
  const replaced = [
    ["%%", percent],
    ["%E", "%"],
    ["%O", "%"],
    ...directives(),
    ["%n", String.raw`\n`],
    ["%t", String.raw`\t`],
    [percent, "%"],
  ];
  const filters = replaced.map(([directive, value]) => ` | replace('${directive}', '${value}')`);
  return `{% macro strftime_now(format) %}{{ format${filters.join("")} }}{% endmacro %}`;
}

/** Each letter alone and with its flags: `-` without filling, `_` with spaces, `0` with zeros, `^` in capitals. */
function directives(): [directive: string, value: string][] {
  return [
    ...numbers.flatMap(([letter, value, width, filling]): [string, string][] => [
      [`%${letter}`, String(value).padStart(width, filling)],
      [`%-${letter}`, String(value)],
      [`%_${letter}`, String(value).padStart(width, " ")],
      [`%0${letter}`, String(value).padStart(width, "0")],
    ]),
    ...Object.entries(texts).flatMap(([letter, value]): [string, string][] => [
      [`%${letter}`, value],
      [`%^${letter}`, value.toUpperCase()],
    ]),
  ];
}
