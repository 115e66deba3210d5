import { type ParseContent, type Reading, readAnswer } from "./answer.ts";

/** How a text is read; see {@link readAnswer}. */
export type Read = (text: string, reachedLimit: boolean, parse?: ParseContent) => Reading;

/** One way of reading answers. Verdict rows carry its version, so that several can stand beside each other. */
export interface Parser {
  readonly version: number;
  readonly read: Read;
}

/**
 * Every parser there ever was, oldest first. One that has judged a released run is never edited: a text that could
 * be read differently is a new version, a file and a line here, and old runs are judged by it with `rescore`.
 */
export const parsers: readonly Parser[] = [{ version: 1, read: readAnswer }];

/** The parser that judges new turns. */
export const currentParser: Parser = parsers.at(-1) ?? { version: 1, read: readAnswer };

/** The parser of a version, or null when this program does not have it. */
export function parserOf(version: number): Parser | null {
  return parsers.find((parser) => parser.version === version) ?? null;
}
