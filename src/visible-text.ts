/**
 * A text that somebody else wrote (a model, a file, a name) with its control and direction characters as escapes, so that
 * they are seen and never obeyed by a terminal or a browser: "\u001b[2J" for what would clear the screen.
 */
export function visible(text: string): string {
  return text.replace(steering, escaped);
}

/** The same where lines may break: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(steering, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** Control characters, halves of a character, and those that turn the direction of a text or end its line. */
const steering = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
