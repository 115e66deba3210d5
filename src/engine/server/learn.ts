import { ContextFullError, EngineError } from "../../errors.ts";
import type { EngineEvents } from "../engine.ts";
import { ServerFault } from "./fault.ts";
import { faultError } from "./fault-error.ts";
import type { ServerOptions } from "./options.ts";
import { refusedParameters, saysNoSystemRole } from "./refusals.ts";
import type { Answer, ServerSession } from "./server-session.ts";

/**
 * Asks, unmeasured, until the server takes it: a parameter or a role that it refuses is left out from then on.
 *
 * @throws EngineError where it does not answer
 */
export async function learn(
  session: ServerSession,
  options: ServerOptions,
  events: EngineEvents,
): Promise<Answer> {
  for (;;)
    try {
      return await session.ask({
        messages: options.firstMessages,
        sampling: { ...options.sampling, seed: 0 },
        maxTokens: 1,
        grammar: null,
        stop: "eog",
        slot: null,
        isDetailed: true,
        isOpening: false,
      });
    } catch (error) {
      if (!(error instanceof ServerFault) || !adapt(session, options, error, events)) throw startError(error);
    }
}

/** @returns whether something was left out for which the request was refused */
function adapt(
  session: ServerSession,
  options: ServerOptions,
  fault: ServerFault,
  events: EngineEvents,
): boolean {
  const { manner } = session;
  const { said, status } = fault;
  const hasSystem = options.firstMessages[0]?.role === "system";
  if (hasSystem && !manner.isSystemJoined && saysNoSystemRole(said)) {
    session.manner = { ...manner, isSystemJoined: true };
    events.event("server-system-role", { said });
    return true;
  }
  if (status !== 400 && status !== 422) return false;
  const left = refusedParameters(said, optionalParameters).filter((name) => !manner.refused.has(name));
  if (left.length === 0) return false;
  session.manner = { ...manner, refused: new Set([...manner.refused, ...left]) };
  events.event("server-parameters", { refused: left, said });
  return true;
}

function startError(error: unknown): unknown {
  const meant = faultError(error);
  return meant instanceof ContextFullError ? new EngineError("unfit", meant.message) : meant;
}

/** What a request can do without. */
const optionalParameters: readonly string[] = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "typical_p",
  "repeat_penalty",
  "repetition_penalty",
  "presence_penalty",
  "frequency_penalty",
  "seed",
  "max_tokens",
  "stream_options",
];
