import { openerOf } from "../reply/opener.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import { type ParseContent, type Reading, readAnswer } from "./answer.ts";
import { readAsSecond } from "./parser-2.ts";

/**
 * How a text is read; see {@link readAsSecond}.
 *
 * @param reasoning how the run's model marks its reasoning; null: it does not reason, or nobody has looked
 */
export type Read = (
  text: string,
  reachedLimit: boolean,
  parse: ParseContent,
  reasoning: Reasoning | null,
) => Reading;

/** One way of reading answers. Verdict rows carry its version, so that several can stand beside each other. */
export interface Parser {
  readonly version: number;
  readonly read: Read;
}

/**
 * Every parser there ever was, oldest first. One that has judged a released run is never edited: a text that could
 * be read differently is a new version, a file and a line here, and old runs are judged by it with `rescore`.
 */
export const parsers: readonly Parser[] = [
  { version: 1, read: readAsFirst },
  { version: 2, read: readAsSecond },
];

/** The parser that judges new turns. */
export const currentParser: Parser = parsers.at(-1) ?? { version: 2, read: readAsSecond };

/** The parser of a version, or null when this program does not have it. */
export function parserOf(version: number): Parser | null {
  return parsers.find((parser) => parser.version === version) ?? null;
}

/**
 * Parser 1 on any run. In its time reasoning that the prompt opened stood in the text with its opening tag, without which
 * what is never closed would be taken for the answer.
 */
function readAsFirst(
  text: string,
  reachedLimit: boolean,
  parse: ParseContent,
  reasoning: Reasoning | null,
): Reading {
  return readAnswer(`${openerOf(reasoning)}${text}`, reachedLimit, parse);
}
