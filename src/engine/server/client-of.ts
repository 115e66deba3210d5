import type { ServerAddress } from "../../serving/address.ts";
import { takeApiKey } from "./api-key.ts";
import { ServerClient } from "./client.ts";

/** Asks a server as the environment says: with its key, if there is one. */
export function clientOf(address: ServerAddress, requestTimeoutMs: number): ServerClient {
  return new ServerClient(address, { requestTimeoutMs, apiKey: takeApiKey() });
}
