import { clientOf } from "../engine/server/client-of.ts";
import { ServerFault } from "../engine/server/fault.ts";
import { identify } from "../engine/server/identify.ts";
import { EngineError } from "../errors.ts";
import type { ServedRequest } from "./request.ts";

/** What a server says of itself and of a model. @throws EngineError where it cannot be asked, or has no such model */
export async function knownServer(
  { address, requestTimeoutMs }: ServedRequest["engine"],
  model: string,
): ReturnType<typeof identify> {
  try {
    return await identify(clientOf(address, requestTimeoutMs), address, model);
  } catch (error) {
    if (error instanceof ServerFault) throw new EngineError("model_load", error.message);
    throw error;
  }
}
