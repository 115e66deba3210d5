import { currentParser } from "../tasks/parsers.ts";
import { packageVersion } from "./shipped.ts";

/** What this program is. */
export function programVersions(): Record<string, string> {
  return {
    longhaul: packageVersion(),
    node: process.version,
    parser: String(currentParser.version),
    clock,
  };
}

/** Which times a turn's are: since 2 its decoding begins when all prompts of its wave are evaluated. */
const clock = "2";
