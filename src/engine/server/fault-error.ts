import { ContextFullError, EngineError } from "../../errors.ts";
import { ServerFault } from "./fault.ts";
import { saysContextIsFull, saysNoThinking } from "./refusals.ts";

/** What a fault means for a run: censoring where there is no room, else an engine that failed; never an error of the model. */
export function faultError(error: unknown): unknown {
  if (!(error instanceof ServerFault)) return error;
  const { cause, message, said } = error;
  if (saysContextIsFull(said)) return new ContextFullError(`the server's context is full: ${message}`);
  if (cause === "timeout")
    return new EngineError(
      "timeout",
      `${message} Give it longer with --request-timeout, or ask for less at a time.`,
    );
  if (saysNoThinking(said))
    return new EngineError(
      "unsupported",
      `--thinking on: this model cannot be asked for reasoning. ${message}`,
    );
  return new EngineError("server", message, said === "" ? null : said);
}
