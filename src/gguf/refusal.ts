import { basename } from "node:path";
import { EngineError } from "../errors.ts";

/**
 * Ends the check of a model file.
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and `why`
 */
export function refuseModel(path: string, why: string): never {
  throw new EngineError("model_unreadable", `${basename(path)} cannot be used: ${printable(why)}.`);
}

/** What came out of a damaged file, a tensor's name say, must not steer a terminal. */
function printable(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, "?");
  return line.length > 400 ? `${line.slice(0, 400)}...` : line;
}
