import { expect, it } from "vitest";
import type { ServerClient } from "../../../src/engine/server/client.ts";
import { ServerFault } from "../../../src/engine/server/fault.ts";
import { Identity } from "../../../src/engine/server/identity.ts";

const address = { api: "openai", url: "http://127.0.0.1:8080/v1" } as const;

/** A server that says what it is told to say of its models, and has no other path. */
function identityOf(models: () => unknown, nowMs: () => number): Identity {
  const get = (path: string): Promise<unknown> =>
    path === "models"
      ? Promise.resolve().then(models)
      : Promise.reject(new ServerFault("status", "not found", { status: 404 }));
  const client = { get, post: get } as unknown as ServerClient;
  return new Identity(client, { address, model: "m" }, nowMs);
}

it("loses nothing over a server that is too busy to tell what it is, and asks it again later", async () => {
  let nowMs = 0;
  let contextLength = 4096;
  let isBusy = false;
  const identity = identityOf(
    () => {
      if (isBusy) throw new ServerFault("timeout", "sent nothing for 10 s.");
      return { data: [{ id: "m", max_model_len: contextLength }] };
    },
    () => nowMs,
  );
  await identity.hold();
  [nowMs, isBusy, contextLength] = [20_000, true, 2048];
  await expect(identity.confirm(true)).resolves.toBeUndefined();
  [nowMs, isBusy] = [40_000, false];
  await expect(identity.confirm(true)).rejects.toThrow(/the context in tokens is 2048, was 4096/);
});
