import type { ServerAddress } from "../../serving/address.ts";
import { takeApiKey } from "./api-key.ts";
import { ServerClient } from "./client.ts";

/** Asks a server as the environment says: with its key, if there is one. @param signal ends whatever is asked for; absent: nothing does */
export function clientOf(
  address: ServerAddress,
  requestTimeoutMs: number,
  signal: AbortSignal | null = null,
): ServerClient {
  return new ServerClient(address, { requestTimeoutMs, apiKey: takeApiKey(), signal });
}
