import { basename } from "node:path";
import { EngineError } from "../errors.ts";
import { visible } from "../visible-text.ts";

/**
 * Ends the check of a model file.
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and `why`
 */
export function refuseModel(path: string, why: string): never {
  throw new EngineError("model_unreadable", `${basename(path)} cannot be used: ${shortened(why)}.`);
}

/** What came out of a damaged file, a tensor's name say, may be of any length. */
function shortened(text: string): string {
  const line = visible(text);
  return line.length > 400 ? `${line.slice(0, 400)}...` : line;
}
