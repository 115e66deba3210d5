import { basename } from "node:path";
import { EngineError } from "../../errors.ts";

/**
 * Ends the check of a model file.
 *
 * @throws EngineError `model_unreadable`: one sentence with the file's name and `why`
 */
export function refuseModel(path: string, why: string): never {
  throw new EngineError("model_unreadable", `${basename(path)} cannot be used: ${why}.`);
}
